/**
 * Bundles the program into `dist/`: one import of the Kubernetes client from node_modules costs three times the memory
 * and the time of one from a bundle. Chunks are split so that what needs no cluster does not load it. And beside it what
 * the page of the playground runs.
 */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { licensesOf } from './licenses.ts';

const common = {
  bundle: true,
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  logLevel: 'warning',
  metafile: true,
} as const satisfies BuildOptions;

const program = build({
  ...common,
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  splitting: true,
  platform: 'node',
  target: 'node24',
  // CommonJS packages in the bundle still call require.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
});

const page = build({
  ...common,
  entryPoints: { playground: 'src/browser/main.ts' },
  outdir: 'dist',
  platform: 'browser',
  target: 'es2022',
  minifyIdentifiers: true,
  // Says what types there are, and extends a file that the build of the image does not have.
  tsconfigRaw: {},
});

// Its packages name their license in no comment that esbuild would keep.
const licenses = 'playground.js.LICENSES.txt';
await writeFile(join('dist', licenses), await licensesOf((await page).metafile));

// Chunks of an earlier build go after the new ones are there, so that a program that runs meanwhile finds its own.
const outputs = (await Promise.all([program, page])).map(({ metafile }) => Object.keys(metafile.outputs));
const built = new Set([licenses, ...outputs.flat().map((file) => basename(file))]);
for (const file of await readdir('dist')) if (!built.has(file)) await rm(join('dist', file));
