/** `gracegate fix -f`, as somebody types it, in this process. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workloadExample } from '../../../src/policy/example.ts';
import { gracegate } from './auditing.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gracegate-fix-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const bare = workloadExample('containers: [{ name: app, image: "example.com/web:1" }]');

async function fix(args: readonly string[], input?: AsyncIterable<string>) {
  const { code, err } = await gracegate(['fix', ...args], input);
  return { code, err: err.replaceAll(`${dir}/`, '') };
}

it('what an audit cannot read is said as it says it, and the rest is fixed', async () => {
  const file = join(dir, 'web.yaml');
  const other = bare.replace('kind: Deployment', 'kind: deployment');
  await writeFile(file, `${other}---\n${bare}`);
  const { code, err } = await fix(['-f', file, '--check', 'grace-period,pre-stop']);
  expect(code).toBe(2);
  expect(err).toContain('gracegate: web.yaml:1: no API server knows kind deployment: ');
  expect(err).toContain('changed 1 of 1 file\n');
  expect(await readFile(file, 'utf8')).toMatch(/terminationGracePeriodSeconds/);
});

it('a file that could not be written was not changed, and nothing says so', async () => {
  const file = join(dir, 'web.yaml');
  await writeFile(file, bare);
  // Standard input is read after the file: a folder takes its place before it is written.
  async function* input() {
    await rm(file);
    await mkdir(file);
    yield bare.replaceAll('web', 'api');
  }
  const { code, err } = await fix(['-f', file, '-f', '-', '--check', 'pre-stop'], input());
  expect(code).toBe(2);
  expect(err.split('\n').slice(0, -1)).toEqual([
    expect.stringMatching(/^-:1: Deployment api: .* \[pre-stop-sleep\]$/),
    expect.stringMatching(/^-:1: Deployment api: .* \[grace-period\]$/),
    'gracegate: web.yaml: is a folder',
    'changed 1 of 2 files',
  ]);
});
