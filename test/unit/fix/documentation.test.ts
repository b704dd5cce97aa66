import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fixes } from '../../../src/fix/fixes/registry.ts';

it('says of each fix what it writes', () => {
  const text = readFileSync(new URL('../../../docs/fix.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| \[`(\S+)`\]\(checks\/\1\.md\) +\| (.*?) +\|$/gm)].map(
    ([, check, writes]) => [check, writes],
  );
  expect(rows).toEqual(fixes.map(({ check, writes }) => [check, writes]));
});
