/** What kubectl takes with `-f`, an audit reads as well, and both find the same objects in it. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { kubectl } from './support/cluster.ts';
import { gracegate } from './support/gracegate.ts';
import { bareContainer, deployment } from './support/manifests.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gracegate-inputs-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const json = (name: string, indent?: number): string =>
  JSON.stringify(deployment({ name, containers: [bareContainer] }), null, indent);

async function namesByKubectl(source: string): Promise<string[]> {
  // What it decodes, be it valid or not.
  const args = ['create', '--dry-run=client', '--validate=false', '-o', 'name', '-f', source];
  const { code, stdout, stderr } = await kubectl(args);
  // It calls no objects an error.
  expect(stderr.replace('error: no objects passed to create\n', '')).toBe('');
  expect(code === 0 || stderr !== '').toBe(true);
  return stdout.split('\n').filter(Boolean);
}

async function namesByAudit(source: string): Promise<string[]> {
  const { stdout, stderr } = await gracegate(['audit', '-f', source, '--check', 'cpu-request', '-o', 'json']);
  expect(stderr).toBe('');
  const { objects } = JSON.parse(stdout) as { objects: readonly { name: string }[] };
  return objects.map(({ name }) => `deployment.apps/${name}`);
}

it.each<[string, string | Buffer, number]>([
  ['a stream of JSON objects', `${json('a', 4)}\n${json('b', 4)}\n`, 2],
  ['a stream on one line', `${json('a')}${json('b')}`, 2],
  ['UTF-16 as Windows writes it', Buffer.from(`\u{FEFF}${json('a')}`, 'utf16le'), 1],
  ['UTF-16 of the other order', Buffer.from(`\u{FEFF}${json('a')}`, 'utf16le').swap16(), 1],
  ['a List with nothing below items', 'apiVersion: v1\nkind: List\nitems:\n', 0],
])('%s', async (_name, content, count) => {
  const file = join(dir, 'web.yaml');
  await writeFile(file, content);
  const names = await namesByKubectl(file);
  expect(names).toHaveLength(count);
  expect(await namesByAudit(file)).toEqual(names);
});

it('a mounted ConfigMap', async () => {
  const version = '..2026_11_22_01_30_00.123';
  await mkdir(join(dir, version));
  await symlink(version, join(dir, '..data'));
  for (const name of ['a', 'b']) {
    await writeFile(join(dir, version, `${name}.json`), json(name));
    await symlink(`..data/${name}.json`, join(dir, `${name}.json`));
  }
  const names = await namesByKubectl(dir);
  expect(names).toHaveLength(2);
  expect(await namesByAudit(dir)).toEqual(names);
});
