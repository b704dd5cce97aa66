/** The image of the application whose roll-outs are measured: Node and one script. */
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeImage } from './archive.ts';
import { placeNode } from './base-images.ts';

export const APPLICATION_IMAGE = 'localhost/gracegate-application:1';

/** @param script a file of JavaScript without dependencies */
export async function writeApplicationImage(script: string, archive: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'gracegate-application-'));
  try {
    await placeNode(root, '/nodejs/bin');
    await mkdir(join(root, 'app'));
    await copyFile(script, join(root, 'app', 'server.mjs'));
    await writeImage(
      {
        reference: APPLICATION_IMAGE,
        root,
        entrypoint: ['/nodejs/bin/node', '/app/server.mjs'],
        user: '65532',
      },
      archive,
    );
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
