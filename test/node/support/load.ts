/** Load generators inside the node. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeAccess } from '../../cluster/node/access.ts';
import type { RequestRecord } from '../load/records.ts';

const END_TIMEOUT_MS = 60_000;

export interface Load extends AsyncDisposable {
  /** Ends it when what is in flight is over. A second call gives the same result. */
  stop(): Promise<LoadResult>;
}

export interface LoadResult {
  readonly records: readonly RequestRecord[];
  readonly total: number;
  /** How many failed, by reason. */
  readonly failures: Readonly<Record<string, number>>;
  readonly failed: number;
  /** How many were sent again; see RequestRecord. */
  readonly retried: number;
}

export interface RequestLoad {
  readonly url: string;
  /** Per second. */
  readonly rate: number;
  readonly keepAlive?: boolean;
}

export function startRequests(
  node: NodeAccess,
  { url, rate, keepAlive = false }: RequestLoad,
): Promise<Load> {
  return start(node, 'requests', [url, String(rate), keepAlive ? 'yes' : 'no']);
}

export interface AdmissionLoad {
  readonly namespace: string;
  /** Per second. */
  readonly rate: number;
  readonly connections: number;
}

export function startAdmissions(
  node: NodeAccess,
  { namespace, rate, connections }: AdmissionLoad,
): Promise<Load> {
  const { kubeconfig } = node.coordinates;
  return start(node, 'admissions', [kubeconfig, namespace, String(rate), String(connections)]);
}

async function start(node: NodeAccess, program: string, args: readonly string[]): Promise<Load> {
  const name = `load-${program}-${randomBytes(3).toString('hex')}`;
  const at = (suffix: string): string => join(node.coordinates.dir, `${name}.${suffix}`);
  const script = fileURLToPath(new URL(`../load/${program}.ts`, import.meta.url));
  const running = await node.start({
    name,
    command: process.execPath,
    args: ['--no-warnings', script, ...args, at('stop'), at('result')],
  });
  let result: Promise<LoadResult> | undefined;
  const end = async (): Promise<LoadResult> => {
    await writeFile(at('stop'), '');
    await running.waitUntil('its result', () => Promise.resolve(existsSync(at('result'))), END_TIMEOUT_MS);
    return resultOf(JSON.parse(await readFile(at('result'), 'utf8')) as readonly RequestRecord[]);
  };
  const stop = (): Promise<LoadResult> => (result ??= end());
  return {
    stop,
    // A test that fails must not leave the next one a node under load.
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

export function resultOf(records: readonly RequestRecord[]): LoadResult {
  const failures: Record<string, number> = {};
  for (const { failure } of records)
    if (failure !== undefined) failures[failure] = (failures[failure] ?? 0) + 1;
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  const retried = records.filter(({ retries }) => retries !== undefined).length;
  return { records, total: records.length, failures, failed, retried };
}

/** Lets time pass that is itself what is measured: a load that runs for so long. Nothing is waited for by it. */
export function forSeconds(seconds: number): Promise<void> {
  return sleep(seconds * 1000);
}
