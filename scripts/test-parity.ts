/**
 * `npm run test:parity [-- PAIRS] [--seed N]`: LimitRanger and our own limits over 10,000 random pairs of a LimitRange and
 * a pod; GRACEGATE_K8S says on which Kubernetes. The seed is printed, and the same seed gives the same pairs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ options: { seed: { type: 'string' } }, allowPositionals: true });
const { GRACEGATE_PARITY_PAIRS = '10000', GRACEGATE_SEED = String(Date.now() % 2 ** 31) } = process.env;
const [pairs = GRACEGATE_PARITY_PAIRS] = positionals;
const seed = values.seed ?? GRACEGATE_SEED;
if (positionals.length > 1 || !/^[1-9]\d*$/.test(pairs) || !/^\d+$/.test(seed)) {
  process.stderr.write('usage: npm run test:parity [-- PAIRS] [--seed N], both whole numbers\n');
  process.exit(2);
}
process.stdout.write(`test:parity: ${pairs} pairs, seed ${seed}\n`);
const child = spawn(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'e2e', 'test/e2e/parity.test.ts'],
  { stdio: 'inherit', env: { ...process.env, GRACEGATE_PARITY_PAIRS: pairs, GRACEGATE_SEED: seed } },
);
const [code] = await once(child, 'exit');
process.exit(code ?? 1);
