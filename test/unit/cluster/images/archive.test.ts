import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runOrThrow } from '../../../cluster/command.ts';
import { writeImage } from '../../../cluster/images/archive.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

interface Config {
  readonly config: object;
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

describe.runIf(process.platform === 'linux')('writeImage', () => {
  it('writes one layer, its configuration and a manifest that name each other', async () => {
    const [root, out] = [await temporaryDirectory(), await temporaryDirectory()];
    await writeFile(join(root, 'program'), 'content', { mode: 0o755 });
    const archive = join(out, 'image.tar');
    const spec = {
      reference: 'localhost/example:1',
      root,
      entrypoint: ['/program', '--flag'],
      environment: { PATH: '/' },
      user: '65532',
    };
    await writeImage(spec, archive);
    await runOrThrow('tar', ['-xf', archive, '-C', out], { timeoutMs: 10_000 });

    expect(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))).toEqual([
      { Config: 'config.json', RepoTags: ['localhost/example:1'], Layers: ['layer.tar'] },
    ]);
    const { config, rootfs }: Config = JSON.parse(await readFile(join(out, 'config.json'), 'utf8'));
    expect(config).toEqual({ Entrypoint: ['/program', '--flag'], Env: ['PATH=/'], User: '65532' });
    const layer = await readFile(join(out, 'layer.tar'));
    expect(rootfs.diff_ids).toEqual([`sha256:${createHash('sha256').update(layer).digest('hex')}`]);
    const listing = await runOrThrow('tar', ['-tvf', join(out, 'layer.tar'), '--numeric-owner'], {
      timeoutMs: 10_000,
    });
    expect(listing).toMatch(/^-rwxr-xr-x 0\/0 +7 1970-01-01 .* \.\/program$/m);
  });

  it('writes the same bytes for the same files', async () => {
    const out = await temporaryDirectory();
    const written = await Promise.all(
      ['one', 'two'].map(async (name) => {
        const root = await temporaryDirectory();
        await writeFile(join(root, 'file'), 'content');
        await writeImage({ reference: 'localhost/example:1', root }, join(out, name));
        return readFile(join(out, name));
      }),
    );
    expect(written[0]?.equals(written[1] ?? Buffer.alloc(0))).toBe(true);
  });
});
