import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifestsBelow } from '../../../src/manifests/folder.ts';

let root: string;
let dir: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'gracegate-folder-')));
  dir = join(root, 'deploy');
  mkdirSync(dir);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(path: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), 'a: 1\n');
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

/** What is found, with places below the folder. */
async function below(without?: ReadonlySet<string>) {
  const { files, errors } = await manifestsBelow(dir, without);
  const within = (path: string): string => path.slice(dir.length + 1);
  return {
    files: files.map(within),
    errors: errors.map((error) => [within(error.file), error.message]),
  };
}

describe('a link', () => {
  it('to a file is that file, by its own name and ending', async () => {
    file('elsewhere/web.txt');
    file('elsewhere/api.yaml');
    link('deploy/web.yaml', '../elsewhere/web.txt');
    link('deploy/api', '../elsewhere/api.yaml');
    expect(await below()).toEqual({ files: ['web.yaml'], errors: [] });
  });

  it('to a folder is followed, links in it as well', async () => {
    file('elsewhere/deeper/web.yaml');
    link('elsewhere/more', '../further');
    file('further/api.json');
    link('deploy/base', '../elsewhere');
    expect(await below()).toEqual({ files: ['base/deeper/web.yaml', 'base/more/api.json'], errors: [] });
  });

  it('to what is in the folder anyway brings nothing twice', async () => {
    file('deploy/web/web.yaml');
    link('deploy/a', 'web');
    link('deploy/a.yaml', 'web/web.yaml');
    file('elsewhere/api.yaml');
    link('deploy/b.yaml', '../elsewhere/api.yaml');
    link('deploy/c', '../elsewhere');
    expect(await below()).toEqual({ files: ['b.yaml', 'web/web.yaml'], errors: [] });
  });

  it('that leads back ends, and does not leave the folder', async () => {
    file('deploy/sub/web.yaml');
    file('beside.yaml');
    link('deploy/self', '.');
    link('deploy/sub/up', '..');
    link('deploy/sub/out', root);
    expect(await below()).toEqual({ files: ['sub/web.yaml'], errors: [] });
  });

  it('that leads nowhere is named, unless it could be no manifest', async () => {
    file('deploy/web.yaml');
    link('deploy/api.yaml', '../gone.yaml');
    link('deploy/base', '../gone');
    link('deploy/loop.json', 'loop.json');
    link('deploy/notes.md', '../gone.md');
    expect(await below()).toEqual({
      files: ['web.yaml'],
      errors: [
        ['api.yaml', 'a link to ../gone.yaml, which is not there'],
        ['base', 'a link to ../gone, which is not there'],
        ['loop.json', 'a link that leads back to itself'],
      ],
    });
  });
});

it('reads a mounted ConfigMap as kubectl does: each key once, by its name', async () => {
  file('deploy/..2026_11_22_01_30_00.123/web.yaml');
  file('deploy/..2026_11_22_01_30_00.123/sub/api.yaml');
  link('deploy/..data', '..2026_11_22_01_30_00.123');
  link('deploy/web.yaml', '..data/web.yaml');
  link('deploy/sub', '..data/sub');
  expect(await below()).toEqual({ files: ['sub/api.yaml', 'web.yaml'], errors: [] });
});

it('reads what is hidden too', async () => {
  file('deploy/.github/web.yaml');
  file('deploy/..hidden/web.yaml');
  expect((await below()).files).toEqual(['..hidden/web.yaml', '.github/web.yaml']);
});

it('a folder that cannot be read is named, and costs none of its neighbours', async () => {
  file('deploy/a.yaml');
  file('deploy/long/z.yaml');
  // So long a path can only be made by moving a part of it. Nobody can read there, whatever the rights.
  const step = 'n'.repeat(250);
  const half = Array.from({ length: 10 }, () => step).join('/');
  mkdirSync(join(root, 'half', half), { recursive: true });
  mkdirSync(join(dir, 'long', half), { recursive: true });
  const joint = join(dir, 'long', half, 'half');
  renameSync(join(root, 'half'), joint);
  try {
    const { files, errors } = await below();
    expect(files).toEqual(['a.yaml', 'long/z.yaml']);
    expect(errors).toEqual([[expect.stringMatching(/^long\/n+\/.*\/half\/n+/), 'the path is too long']]);
  } finally {
    // Nor can it be removed there.
    renameSync(joint, join(root, 'half'));
  }
});

it('a folder without manifests says so', async () => {
  file('deploy/notes.md');
  expect((await below()).errors).toEqual([['', 'the folder holds no .yaml, .yml or .json file']]);
});

it('leaves out what it is told to, by whatever name', async () => {
  file('deploy/web.yaml');
  file('deploy/report.json');
  link('deploy/same.json', 'report.json');
  expect((await below(new Set([join(dir, 'report.json')]))).files).toEqual(['web.yaml']);
});
