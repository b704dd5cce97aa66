import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
import { expect, it } from 'vitest';

import { guardExecPlugins } from '../../../src/kube/exec-plugin.ts';
import { temporaryDirectory } from '../cluster/temporary-directory.ts';

const url = 'https://127.0.0.1:1';

/** Gives the credentials that an exec plugin makes. */
function guardedConfig(script: string, timeoutMs?: number): () => Promise<string | undefined> {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'test', server: url }],
    users: [{ name: 'test', exec: { command: process.execPath, args: ['-e', script] } }],
    contexts: [{ name: 'test', cluster: 'test', user: 'test' }],
    currentContext: 'test',
  });
  guardExecPlugins(config, timeoutMs);
  guardExecPlugins(config, timeoutMs);
  return async () => {
    const context = new RequestContext(url, HttpMethod.GET);
    await config.applySecurityAuthentication(context);
    return context.getHeaders()['Authorization'];
  };
}

it('calls that come together share an exec plugin, and those after it what it gave', async () => {
  const file = join(await temporaryDirectory(), 'runs');
  const apply = guardedConfig(
    `fs.appendFileSync(${JSON.stringify(file)}, 'x'); console.log('{"status":{"token":"t"}}')`,
  );
  expect(await Promise.all([apply(), apply(), apply()])).toEqual(['Bearer t', 'Bearer t', 'Bearer t']);
  expect(await apply()).toBe('Bearer t');
  expect(await readFile(file, 'utf8')).toBe('x');
});

it('an exec plugin is ended when it takes too long, even if what it has started lives on', async () => {
  const apply = guardedConfig(
    `child_process.spawn('sleep', ['4'], { stdio: 'inherit' }); setTimeout(() => {}, 10_000)`,
    1000,
  );
  const start = performance.now();
  await expect(apply()).rejects.toThrow('of the kubeconfig runs for more than 1 s');
  expect(performance.now() - start).toBeLessThan(3500);
  // The next call begins anew.
  await expect(apply()).rejects.toThrow('runs for more than 1 s');
});
