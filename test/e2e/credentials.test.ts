/** The credentials of a pod that is deleted by force end before its process does. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNamespace, kubectl } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';

let gracegate: Gracegate;
beforeAll(async () => {
  gracegate = await startGracegate();
});
afterAll(() => gracegate.stop());

it('still gives verdicts, by what its watches have brought', async () => {
  const namespace = await createNamespace({ enforce: 'strict' });
  const verdict = async (): Promise<string> =>
    (await kubectl(['run', 'bare', '--image=a', '-n', namespace, '--dry-run=server'])).stderr;
  await eventually('a verdict', async () =>
    (await verdict()).includes('would not start, scale and stop safely'),
  );

  const { users } = JSON.parse(await readFile(gracegate.account, 'utf8')) as {
    users: [{ user: { token: string } }];
  };
  const [, claims = ''] = users[0].user.token.split('.');
  const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub: string };
  const [, , place = '', account = ''] = sub.split(':');
  expect((await kubectl(['delete', 'serviceaccount', account, '-n', place])).code).toBe(0);
  await eventually('its token to be refused', async () => {
    const { stderr } = await kubectl(['get', 'namespaces'], { kubeconfig: gracegate.account });
    return stderr.includes('Unauthorized') || stderr.includes('must be logged in');
  });
  expect(await verdict()).toContain('would not start, scale and stop safely');
});
