/** Rolls an application out under load and records what happens. */
import type { NodeAccess } from '../../test/cluster/node/access.ts';
import { startApplication, type StopMode } from '../../test/node/support/application.ts';
import { forSeconds, startRequests } from '../../test/node/support/load.ts';
import { createNamespace } from '../../test/node/support/namespace.ts';
import type { Recording } from './recording.ts';
import { startWatcher } from './watcher.ts';

/** Requests per second. */
export const RATE = 200;
/** So that the picture shows what is usual before and after. */
const MARGIN_SECONDS = 1;

export interface Scene {
  readonly title: string;
  /** Of the namespace: none, or one. */
  readonly label?: readonly [key: string, value: string];
}

export async function collect(node: NodeAccess, mode: StopMode, { title, label }: Scene): Promise<Recording> {
  // It is not removed: that would take the time of its preStop hooks, and the node is ended soon.
  const namespace = await createNamespace(
    node,
    'proof',
    label === undefined ? {} : Object.fromEntries([label]),
  );
  const application = await startApplication(node, namespace, mode);
  const watcher = await startWatcher(node, namespace.name);
  const load = await startRequests(node, { url: application.url, rate: RATE });
  await forSeconds(MARGIN_SECONDS);
  const startedAt = Date.now();
  await application.roll();
  const endedAt = Date.now();
  await forSeconds(MARGIN_SECONDS);
  const { records: requests } = await load.stop();
  const observed = await watcher.stop();
  return { title, label: label?.join('=') ?? '', requests, observed, startedAt, endedAt };
}
