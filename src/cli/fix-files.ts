/** Texts of files, folders and standard input, and back. */
import { readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import type { ManifestError } from '../manifests/manifest.ts';
import { encodingOf } from '../manifests/decode.ts';
import { manifestsBelow, type FolderFiles } from '../manifests/folder.ts';
import { reason } from '../manifests/reason.ts';
import type { FixedText, SourceText } from '../fix/fix-texts.ts';

export interface Sources {
  readonly texts: readonly SourceText[];
  readonly errors: readonly ManifestError[];
}

/** Reads each file once, however often and by whatever name it is named. What cannot be read becomes an error beside the rest. */
export async function readSources(sources: readonly string[], stdin: Readable): Promise<Sources> {
  const errors: ManifestError[] = [];
  const files = new Map<string, string>();
  for (const source of sources) {
    const named = await filesOf(source);
    errors.push(...named.errors);
    for (const file of named.files) {
      const real = file === '-' ? file : await realpath(file).catch(() => file);
      if (!files.has(real)) files.set(real, file);
    }
  }
  const texts: SourceText[] = [];
  for (const file of files.values()) {
    try {
      texts.push({ file, text: decode(file === '-' ? await buffer(stdin) : await readFile(file)) });
    } catch (error) {
      errors.push({ file, message: error instanceof TypeError ? 'it is not UTF-8' : reason(error) });
    }
  }
  return { texts, errors };
}

async function filesOf(source: string): Promise<FolderFiles> {
  if (source === '-') return { files: [source], errors: [] };
  try {
    if ((await stat(source)).isDirectory()) return await manifestsBelow(source);
    return { files: [source], errors: [] };
  } catch (error) {
    return { files: [], errors: [{ file: source, message: reason(error) }] };
  }
}

/** Strict, because what is not UTF-8 would not come back as it was. A byte order mark stays. */
function decode(bytes: Buffer): string {
  if (encodingOf(bytes) !== 'utf-8') throw new Error('it is UTF-16, and would not stay so; save it as UTF-8');
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
