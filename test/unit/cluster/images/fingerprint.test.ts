import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../cluster/images/fingerprint.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await temporaryDirectory();
  await mkdir(join(root, 'src', 'deep'), { recursive: true });
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(root, name), content)));
  return root;
}

const INPUTS = ['Dockerfile', 'src'];
const FILES = { Dockerfile: 'FROM scratch', 'src/a.ts': '1', 'src/deep/b.ts': '2' };

describe('fingerprint', () => {
  it('is the same wherever the same files lie', async () => {
    const [one, two] = [
      await fingerprint(await folder(FILES), INPUTS),
      await fingerprint(await folder(FILES), INPUTS),
    ];
    expect(one).toBe(two);
    expect(one).toMatch(/^[0-9a-f]{12}$/);
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['a changed file', { ...FILES, 'src/deep/b.ts': '3' }, []],
    ['another name', { Dockerfile: 'FROM scratch', 'src/a.ts': '1', 'src/deep/c.ts': '2' }, []],
    ['one more file', { ...FILES, 'src/c.ts': '' }, []],
    ['another version of what builds it', FILES, ['v24.0.0']],
  ])('changes with %s', async (_what, files, extra) => {
    expect(await fingerprint(await folder(files), INPUTS, extra)).not.toBe(
      await fingerprint(await folder(FILES), INPUTS),
    );
  });

  it('does not change with a file beside the inputs', async () => {
    expect(await fingerprint(await folder({ ...FILES, 'README.md': 'new' }), INPUTS)).toBe(
      await fingerprint(await folder(FILES), INPUTS),
    );
  });

  it('rejects an input that is not there', async () => {
    await expect(fingerprint(await folder(FILES), ['Makefile'])).rejects.toThrow('ENOENT');
  });
});
