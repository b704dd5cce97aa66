/** The program that watches a namespace from within the node (`test/node/load/watch.ts`). */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NodeAccess } from '../../test/cluster/node/access.ts';
import type { Observed } from '../../test/node/load/observed.ts';

const TIMEOUT_MS = 30_000;
const SCRIPT = fileURLToPath(new URL('../../test/node/load/watch.ts', import.meta.url));

export interface Watcher {
  stop(): Promise<Observed>;
}

/** Resolves when it has begun to see. */
export async function startWatcher(node: NodeAccess, namespace: string): Promise<Watcher> {
  const { dir, kubeconfig } = node.coordinates;
  const name = `watch-${randomBytes(3).toString('hex')}`;
  const at = (suffix: string): string => join(dir, `${name}.${suffix}`);
  const running = await node.start({
    name,
    command: process.execPath,
    args: ['--no-warnings', SCRIPT, kubeconfig, namespace, at('ready'), at('stop'), at('result')],
  });
  const appears = (suffix: string): Promise<void> =>
    running.waitUntil(suffix, () => Promise.resolve(existsSync(at(suffix))), TIMEOUT_MS);
  await appears('ready');
  return {
    async stop() {
      await writeFile(at('stop'), '');
      await appears('result');
      return JSON.parse(await readFile(at('result'), 'utf8')) as Observed;
    },
  };
}
