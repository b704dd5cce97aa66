import { PassThrough } from 'node:stream';
import { afterEach, expect, it, vi } from 'vitest';
import { openProgress } from '../../../src/cli/progress.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

// What a terminal shows is in test/e2e/audit-cluster.test.ts.
it.each([
  ['in a pipe', false, undefined, 'xterm'],
  ['in CI', true, 'true', 'xterm'],
  ['on a terminal that cannot take a line back', true, undefined, 'dumb'],
])('is silent %s', async (_name, isTTY, ci, terminal) => {
  vi.stubEnv('CI', ci);
  vi.stubEnv('TERM', terminal);
  const stream = Object.assign(new PassThrough(), { isTTY });
  const progress = await openProgress(stream);
  progress.say('reading pods');
  await progress.breathe('judged 1');
  progress.stop();
  expect(stream.read()).toBeNull();
});
