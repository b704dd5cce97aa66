/** Holds the map of CONTRIBUTING.md: which folder of `src/` may import which, and where each library has its home. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

import { describe, expect, it } from 'vitest';

interface Folder {
  readonly mayImport: readonly string[] | 'everything';
  /** Names, or scopes. */
  readonly libraries: readonly string[];
}

const folders: Readonly<Record<string, Folder>> = {
  policy: { mayImport: [], libraries: [] },
  manifests: { mayImport: [], libraries: ['yaml', 'js-yaml'] },
  config: { mayImport: ['policy', 'manifests'], libraries: ['ajv'] },
  admission: { mayImport: ['policy', 'config'], libraries: [] },
  audit: { mayImport: ['policy', 'config', 'manifests'], libraries: [] },
  fix: { mayImport: ['policy', 'audit', 'manifests'], libraries: ['yaml', 'diff'] },
  report: { mayImport: ['policy', 'audit'], libraries: [] },
  tls: { mayImport: [], libraries: ['node-forge'] },
  kube: {
    mayImport: ['policy', 'admission', 'audit', 'tls'],
    libraries: ['@kubernetes/client-node', 'undici', 'p-retry'],
  },
  telemetry: { mayImport: ['policy', 'admission'], libraries: ['prom-client', 'pino'] },
  server: { mayImport: ['policy', 'admission'], libraries: ['fastify'] },
  playground: {
    mayImport: ['policy', 'config', 'manifests', 'audit', 'fix', 'report'],
    libraries: ['fastify'],
  },
  browser: { mayImport: ['playground'], libraries: ['@codemirror', '@lezer'] },
  cli: { mayImport: 'everything', libraries: ['commander', 'p-map', 'yocto-spinner'] },
};

/** Folders that may not even use what comes with Node: no I/O and no clock, or a browser. */
const pure = new Set(['policy', 'fix', 'browser']);

const maxLines = 300;

const root = new URL('../../', import.meta.url);

interface SourceFile {
  /** From `src/`. */
  readonly path: string;
  /** The folder of the table; `main.ts` for the entry. */
  readonly folder: string;
  readonly text: string;
}

const files: readonly SourceFile[] = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({
    path,
    folder: path.split('/')[0] ?? '',
    text: readFileSync(new URL(`src/${path}`, root), 'utf8'),
  }));

/** What static and dynamic imports name, those of types included. Prettier puts every statement at the start of a line. */
function importsOf(text: string): string[] {
  const statements = /^(?:import|export)\b(?:[^'"`;]*?\bfrom\s*)?\s*(['"])(?<specifier>[^'"]+)\1/gm;
  const calls = /\bimport\s*\(\s*(?:(['"])(?<specifier>[^'"]+)\1|(?<computed>[^)\s]+))/g;
  return [...text.matchAll(statements), ...text.matchAll(calls)].map(
    ({ groups }) => groups?.['specifier'] ?? `computed: ${groups?.['computed']}`,
  );
}

/** Where an import leads: a folder of `src/`, `node:` for what comes with Node, or the name of a library. */
function targetOf(file: SourceFile, specifier: string): string {
  if (specifier.startsWith('.')) {
    return posix.join(posix.dirname(file.path), specifier).split('/')[0] ?? '';
  }
  if (specifier.startsWith('node:')) return 'node:';
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function mayImport(folder: string, target: string): boolean {
  if (folder === 'main.ts') return target === 'cli';
  const { mayImport: allowed, libraries } = folders[folder] ?? { mayImport: [], libraries: [] };
  if (target === folder || libraries.includes(target)) return true;
  if (target.startsWith('@') && libraries.includes(target.split('/')[0] ?? '')) return true;
  if (target === 'node:') return !pure.has(folder);
  return allowed === 'everything' ? target in folders : allowed.includes(target);
}

describe('imports', () => {
  const imports = files.flatMap((file) =>
    importsOf(file.text).map((specifier) => ({ file, specifier, target: targetOf(file, specifier) })),
  );

  it('are found', () => {
    const text = `
import a from './a.ts';
import { b, type B } from "../b.ts";
import {
  c,
} from '@scope/c/deep';
import type { D } from 'd';
import './e.ts';
export { f } from './f.ts';
export * from './g.ts';
const h = await import('./h.ts');
const i = () => import(
  './i.ts'
);
type J = import('./j.ts').J;
const k = await import(name);
export const from = 'no import';
`;
    expect(importsOf(text)).toEqual([
      './a.ts',
      '../b.ts',
      '@scope/c/deep',
      'd',
      './e.ts',
      './f.ts',
      './g.ts',
      './h.ts',
      './i.ts',
      './j.ts',
      'computed: name',
    ]);
    expect(imports.length).toBeGreaterThan(files.length);
  });

  it.each(['main.ts', ...Object.keys(folders)])('of %s lead only where they may', (folder) => {
    const wrong = imports.filter(({ file, target }) => file.folder === folder && !mayImport(folder, target));
    expect(wrong.map(({ file, specifier }) => `src/${file.path} imports ${specifier}`)).toEqual([]);
  });

  it('of browser lead to no code that runs on Node, but to the words that both sides speak', () => {
    const wrong = imports.filter(
      ({ file, specifier, target }) =>
        file.folder === 'browser' && target === 'playground' && specifier !== '../playground/answer.ts',
    );
    expect(wrong.map(({ file, specifier }) => `src/${file.path} imports ${specifier}`)).toEqual([]);
  });

  it.each(['checks', 'mutations'])('never lead from one of the %s to another', (kind) => {
    const wrong = imports.filter(
      ({ file, specifier }) =>
        file.path.startsWith(`policy/${kind}/`) &&
        !file.path.endsWith('/registry.ts') &&
        !specifier.startsWith('../'),
    );
    expect(wrong.map(({ file, specifier }) => `src/${file.path} imports ${specifier}`)).toEqual([]);
  });
});

/** Rows such as `src/config/`; those below another folder share its row here. */
function documented(): Record<string, Folder> {
  const map = readFileSync(new URL('CONTRIBUTING.md', root), 'utf8');
  const rows = [...map.matchAll(/^\| `src\/(\w+)\/` *\|[^|]*\|([^|]*)\|([^|]*)\|$/gm)];
  return Object.fromEntries(
    rows.map(([, folder = '', imports = '', libraries = '']) => [
      folder,
      {
        mayImport: imports.includes('everything')
          ? 'everything'
          : [...imports.matchAll(/`(\w+)`/g)].map(([, name]) => name),
        libraries: libraries
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== '–'),
      },
    ]),
  ) as Record<string, Folder>;
}

describe('the table', () => {
  it('has every folder of src, and no other', () => {
    expect([...new Set(files.map(({ folder }) => folder))].toSorted()).toEqual(
      ['main.ts', ...Object.keys(folders)].toSorted(),
    );
  });

  it('is the one of CONTRIBUTING.md', () => {
    expect(documented()).toEqual(folders);
  });
});

describe('files', () => {
  it(`have at most ${maxLines} lines`, () => {
    const long = files.filter(({ text }) => text.split('\n').length - 1 > maxLines);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('are no barrels: nothing of ours is exported a second time', () => {
    const barrels = files.filter(({ text }) =>
      /^export\s+(?:type\s+)?(?:\*|\{[^}]*\})[^'"]*\bfrom\s*['"]\./m.test(text),
    );
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });
});
