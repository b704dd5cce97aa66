import { defineConfig } from 'vitest/config';

/** For mutation testing: the tests of one file, without projects, whose global set-ups must not run. */
export default defineConfig({
  test: { include: [process.env['GRACEGATE_MUTATION_TESTS'] ?? ''], testTimeout: 30_000 },
});
