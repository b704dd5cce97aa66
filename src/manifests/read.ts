import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { parseManifests, type Manifest, type ManifestError, type Manifests } from './parse.ts';

const extensions = /\.(?:ya?ml|json)$/i;

/**
 * Reads manifests from files, folders (all .yaml, .yml and .json below, in the order of their names) and `-`, standard
 * input. What cannot be read becomes an error beside the rest; nothing throws.
 */
export async function readManifests(sources: readonly string[], stdin: Readable): Promise<Manifests> {
  const manifests: Manifest[] = [];
  const errors: ManifestError[] = [];
  for (const source of sources) {
    for (const file of await filesOf(source, errors)) {
      const content = await readSource(file, stdin, errors);
      if (content === undefined) continue;
      const parsed = parseManifests(content, file);
      manifests.push(...parsed.manifests);
      errors.push(...parsed.errors);
    }
  }
  return { manifests, errors };
}

async function filesOf(source: string, errors: ManifestError[]): Promise<string[]> {
  if (source === '-') return [source];
  try {
    if (!(await stat(source)).isDirectory()) return [source];
    const entries = await readdir(source, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && extensions.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
    if (files.length === 0)
      errors.push({ file: source, message: 'the folder holds no .yaml, .yml or .json file' });
    return files;
  } catch (error) {
    errors.push({ file: source, message: reason(error) });
    return [];
  }
}

async function readSource(
  file: string,
  stdin: Readable,
  errors: ManifestError[],
): Promise<string | undefined> {
  try {
    return file === '-' ? await text(stdin) : await readFile(file, 'utf8');
  } catch (error) {
    errors.push({ file, message: reason(error) });
    return undefined;
  }
}

const reasons = new Map([
  ['ENOENT', 'no such file or folder'],
  ['EACCES', 'permission denied'],
  ['EISDIR', 'is a folder'],
]);

/** Why a file could not be read, in words. */
export function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons.get(code) ?? (error instanceof Error ? error.message : String(error));
}
