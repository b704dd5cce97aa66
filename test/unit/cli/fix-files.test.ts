import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSources, writeFixed } from '../../../src/cli/fix-files.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gracegate-fix-files-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const none = () => Readable.from([]);

describe('reading', () => {
  it('takes the manifests of folders in order, each file once', async () => {
    await mkdir(join(dir, 'sub'));
    await writeFile(join(dir, 'b.yaml'), 'b');
    await writeFile(join(dir, 'sub', 'a.json'), 'a');
    await writeFile(join(dir, 'README.md'), 'no');
    const { texts, errors } = await readSources([join(dir, 'b.yaml'), dir], none());
    expect(errors).toEqual([]);
    expect(texts.map(({ file, text }) => [file.slice(dir.length), text])).toEqual([
      ['/b.yaml', 'b'],
      ['/sub/a.json', 'a'],
    ]);
  });

  it('takes a file once, though links lead to it', async () => {
    await mkdir(join(dir, 'sub'));
    await writeFile(join(dir, 'sub', 'a.yaml'), 'a');
    await symlink('sub/a.yaml', join(dir, 'b.yaml'));
    const { texts } = await readSources([join(dir, 'b.yaml'), dir], none());
    expect(texts).toEqual([{ file: join(dir, 'b.yaml'), text: 'a' }]);
  });

  it('takes standard input, byte order mark included', async () => {
    const { texts } = await readSources(['-'], Readable.from([Buffer.from('\u{FEFF}ä: 1\r\n')]));
    expect(texts).toEqual([{ file: '-', text: '\u{FEFF}ä: 1\r\n' }]);
  });

  it('says what cannot be read, and reads the rest', async () => {
    await writeFile(join(dir, 'latin.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xe4]));
    await writeFile(join(dir, 'utf.yaml'), 'a: 1');
    await mkdir(join(dir, 'empty'));
    const { texts, errors } = await readSources([dir, join(dir, 'no.yaml'), join(dir, 'empty')], none());
    expect(texts).toHaveLength(1);
    expect(errors.map(({ message }) => message).toSorted()).toEqual([
      'it is not UTF-8',
      'no such file or folder',
      'the folder holds no .yaml, .yml or .json file',
    ]);
  });
});

it.each([
  [Buffer.from('\u{FEFF}a: 1', 'utf16le'), 'it is UTF-16, and would not stay so; save it as UTF-8'],
  [Buffer.from('a: 1', 'utf16le'), 'it is UTF-16 without a byte order mark; save it as UTF-8'],
  [Buffer.from([0x1f, 0x8b, 8, 0]), 'it is no text'],
])('what would not come back as it was is not read: %j', async (bytes, message) => {
  const file = join(dir, 'a.yaml');
  await writeFile(file, bytes);
  expect(await readSources([file], none())).toEqual({ texts: [], errors: [{ file, message }] });
});

describe('writing', () => {
  const result = (file: string, before: string, after: string) => ({
    file,
    before,
    after,
    reports: [],
    left: 0,
    errors: [],
  });

  it('keeps modes and links, and touches nothing that has not changed', async () => {
    const [target, link, same] = [join(dir, 'target.yaml'), join(dir, 'link.yaml'), join(dir, 'same.yaml')];
    await writeFile(target, 'a');
    await chmod(target, 0o640);
    await symlink(target, link);
    await writeFile(same, 'kept as it is on the disk');
    expect(await writeFixed([result(link, 'a', 'b'), result(same, 'x', 'x'), result('-', 'x', 'y')])).toEqual(
      [],
    );
    expect(await readFile(target, 'utf8')).toBe('b');
    expect((await stat(target)).mode & 0o777).toBe(0o640);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(same, 'utf8')).toBe('kept as it is on the disk');
  });

  it('says what cannot be written', async () => {
    expect(await writeFixed([result(dir, 'a', 'b')])).toEqual([{ file: dir, message: 'is a folder' }]);
  });
});
