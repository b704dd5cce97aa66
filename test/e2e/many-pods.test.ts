/** The question "what would break?" in a namespace with thousands of pods: answered in time, and honest about what is left. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNamespace, kubectl, request } from './support/cluster.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';

const pods = 3000;
const atOnce = 24;

let gracegate: Gracegate;
let namespace: string;
beforeAll(async () => {
  gracegate = await startGracegate();
  namespace = await createNamespace();
  let made = 0;
  const worker = async (): Promise<void> => {
    while (made < pods) {
      made += 1;
      const { status, body } = await request('POST', `/api/v1/namespaces/${namespace}/pods`, {
        metadata: { name: `pod-${made}` },
        spec: { containers: [{ name: 'app', image: 'app' }] },
      });
      if (status !== 201) throw new Error(JSON.stringify(body));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}, 300_000);
afterAll(() => gracegate.stop());

it(`answers with ${pods} pods before the API server stops waiting`, async () => {
  const { stderr } = await kubectl([
    ...['label', '--dry-run=server', 'namespace', namespace, 'gracegate.dev/enforce=baseline'],
  ]);
  // The webhook fails open: had it been too late, there would be no warning at all.
  const [, violators, total] =
    /(\d+) of (\d+) running pods could not be recreated after a drain/.exec(stderr) ?? [];
  expect(stderr).toContain('no CPU request [cpu-request]');
  expect(violators).toBe(total);
  if (Number(total) < pods)
    expect(stderr).toMatch(/time was up after \d+ objects; there may be more than what follows/);
  else expect(Number(total)).toBe(pods);
});
