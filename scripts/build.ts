/**
 * Bundles the program into `dist/`: one import of the Kubernetes client from node_modules costs three times the memory
 * and the time of one from a bundle. Chunks are split so that what needs no cluster does not load it.
 */
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const { metafile } = await build({
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  logLevel: 'warning',
  metafile: true,
  // CommonJS packages in the bundle still call require.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
});

// Chunks of an earlier build go after the new ones are there, so that a program that runs meanwhile finds its own.
const built = new Set(Object.keys(metafile.outputs).map((file) => basename(file)));
for (const file of await readdir('dist')) if (!built.has(file)) await rm(join('dist', file));
