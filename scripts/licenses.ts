/** What the licenses of the packages in a bundle ask for: their notices, in every copy. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** The licenses of all packages that a bundle was made of, by name. */
export async function licensesOf({ inputs }: Pick<Metafile, 'inputs'>): Promise<string> {
  const folders = new Set(Object.keys(inputs).flatMap((input) => packageFolder.exec(input)?.[0] ?? []));
  const notices = await Promise.all([...folders].toSorted().map(noticeOf));
  return notices.join(`\n${'-'.repeat(80)}\n\n`);
}

const packageFolder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

async function noticeOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  ) as PackageFile;
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${folder} has no license to put beside the bundle`);
  return `${name} ${version} (${license ?? 'see below'})\n\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`;
}
