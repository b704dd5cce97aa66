import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';

import { afterAll, describe, expect, it } from 'vitest';

import { readManifests } from '../../../src/manifests/read.ts';
import { reason } from '../../../src/manifests/reason.ts';

const root = mkdtempSync(join(tmpdir(), 'gracegate-manifests-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Writes files below a folder of their own, and returns the folder. */
function folder(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(root, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), content);
  }
  return path;
}

const nothing = Readable.from([]);

/** What was read, with places below the root. */
async function read(sources: readonly string[], stdin: Readable = nothing) {
  const { manifests, errors } = await readManifests(sources, stdin);
  return {
    manifests: manifests.map(({ file, value }) => [file.replace(`${root}/`, ''), value]),
    errors: errors.map(({ file, line, message }) => [file.replace(`${root}/`, ''), line, message]),
  };
}

describe('readManifests', () => {
  it('reads a file, whatever its name', async () => {
    const path = folder('file', { 'manifest.txt': 'a: 1\n---\nb: 2\n' });
    expect(await read([join(path, 'manifest.txt')])).toEqual({
      manifests: [
        ['file/manifest.txt', { a: 1 }],
        ['file/manifest.txt', { b: 2 }],
      ],
      errors: [],
    });
  });

  it('reads folders with all below, by ending, in the order of their names', async () => {
    const path = folder('tree', {
      'b.yaml': 'b: 1',
      'a/z.yml': 'z: 1',
      'a.json': '{"a": 1}',
      'A.YAML': 'upper: 1',
      'notes.md': 'no: 1',
      'a/yaml': 'no: 1',
    });
    expect((await read([path])).manifests).toEqual([
      ['tree/A.YAML', { upper: 1 }],
      ['tree/a.json', { a: 1 }],
      ['tree/a/z.yml', { z: 1 }],
      ['tree/b.yaml', { b: 1 }],
    ]);
  });

  it('reads standard input as -', async () => {
    expect(await read(['-'], Readable.from(['a: ', '1\n']))).toEqual({
      manifests: [['-', { a: 1 }]],
      errors: [],
    });
  });

  it('reads the rest beside what cannot be read', async () => {
    const path = folder('partly', { 'broken.yaml': 'a: [', 'good.yaml': 'a: 1' });
    const empty = folder('empty', { 'notes.md': '' });
    expect(await read([join(root, 'missing.yaml'), path, empty])).toEqual({
      manifests: [['partly/good.yaml', { a: 1 }]],
      errors: [
        ['missing.yaml', undefined, 'no such file or folder'],
        [
          'partly/broken.yaml',
          1,
          'Flow sequence in block collection must be sufficiently indented and end with a ]',
        ],
        ['empty', undefined, 'the folder holds no .yaml, .yml or .json file'],
      ],
    });
  });

  const text = 'a: "\u00E4"\n---\nb: 2\n';
  const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');

  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 as Windows writes it', utf16],
    ['UTF-16 of the other order', Buffer.from(utf16).swap16()],
  ])('reads %s', async (name, bytes) => {
    const path = join(folder(`of ${name}`, {}), 'a.yaml');
    writeFileSync(path, bytes);
    const values = [{ a: 'ä' }, { b: 2 }];
    expect((await read([path])).manifests.map(([, value]) => value)).toEqual(values);
    const piped = await read(['-'], Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]));
    expect(piped.manifests.map(([, value]) => value)).toEqual(values);
  });

  it.each([
    ['UTF-16 without a mark', utf16.subarray(2), 'it is UTF-16 without a byte order mark; save it as UTF-8'],
    ['an archive', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]), 'it is no text'],
    ['a single zero', Buffer.from([0]), 'it is no text'],
  ])('says what is wrong with %s', async (name, bytes, message) => {
    const path = folder(`with ${name}`, { 'good.yaml': 'a: 1' });
    writeFileSync(join(path, 'a.yaml'), bytes);
    expect(await read([path])).toEqual({
      manifests: [[`with ${name}/good.yaml`, { a: 1 }]],
      errors: [[`with ${name}/a.yaml`, undefined, message]],
    });
  });

  it('says that standard input broke', async () => {
    const broken = new Readable({ read: () => broken.destroy(new Error('the pipe broke')) });
    expect((await read(['-'], broken)).errors).toEqual([['-', undefined, 'the pipe broke']]);
  });
});

describe('reason', () => {
  it.each<[unknown, string]>([
    [Object.assign(new Error('ENOENT: ...'), { code: 'ENOENT' }), 'no such file or folder'],
    [Object.assign(new Error('EACCES: ...'), { code: 'EACCES' }), 'permission denied'],
    [Object.assign(new Error('EISDIR: ...'), { code: 'EISDIR' }), 'is a folder'],
    [Object.assign(new Error('EMFILE: too many'), { code: 'EMFILE' }), 'EMFILE: too many'],
    [new Error('broken'), 'broken'],
    ['text', 'text'],
  ])('of %s is %s', (error, words) => {
    expect(reason(error)).toBe(words);
  });
});
