/** Texts of files, folders and standard input, and back. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import type { ManifestError } from '../manifests/manifest.ts';
import { manifestsIn, reason } from '../manifests/read.ts';
import type { FixedText, SourceText } from '../fix/fix-texts.ts';

export interface Sources {
  readonly texts: readonly SourceText[];
  readonly errors: readonly ManifestError[];
}

/** Reads each file once, however often it is named. What cannot be read becomes an error beside the rest. */
export async function readSources(sources: readonly string[], stdin: Readable): Promise<Sources> {
  const errors: ManifestError[] = [];
  const files = new Set<string>();
  for (const source of sources) {
    try {
      for (const file of await filesOf(source)) files.add(file);
    } catch (error) {
      errors.push({ file: source, message: reason(error) });
    }
  }
  const texts: SourceText[] = [];
  for (const file of files) {
    try {
      texts.push({ file, text: decode(file === '-' ? await buffer(stdin) : await readFile(file)) });
    } catch (error) {
      errors.push({ file, message: error instanceof TypeError ? 'it is not UTF-8' : reason(error) });
    }
  }
  return { texts, errors };
}

async function filesOf(source: string): Promise<string[]> {
  if (source === '-' || !(await stat(source)).isDirectory()) return [source];
  return manifestsIn(source);
}

/** Strict, because what is not UTF-8 would not come back as it was. A byte order mark stays. */
function decode(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** Writes what has changed, in place, so that links and modes stay. Standard input is not written here. */
export async function writeFixed(fixed: readonly FixedText[]): Promise<ManifestError[]> {
  const errors: ManifestError[] = [];
  for (const { file, before, after } of fixed) {
    if (file === '-' || before === after) continue;
    try {
      await writeFile(file, after);
    } catch (error) {
      errors.push({ file, message: reason(error) });
    }
  }
  return errors;
}
