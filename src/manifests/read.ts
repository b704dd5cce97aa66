import { readFile, stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { decode } from './decode.ts';
import { manifestsBelow } from './folder.ts';
import type { Manifest, ManifestError, Manifests } from './manifest.ts';
import { readDocuments } from './parse.ts';
import { reason } from './reason.ts';

/** A file that can be read more than once, so that nobody needs to hold it in between. */
export interface ManifestFile {
  /** As the user named it; `-` for standard input. */
  readonly file: string;
  text(): Promise<string>;
}

/**
 * Reads manifests from files, folders (all .yaml, .yml and .json below, in the order of their names) and `-`, standard
 * input. What cannot be read becomes an error beside the rest; nothing throws.
 */
export async function readManifests(sources: readonly string[], stdin: Readable): Promise<Manifests> {
  const manifests: Manifest[] = [];
  const errors: ManifestError[] = [];
  for await (const read of readFiles(await listFiles(sources, stdin))) {
    if ('message' in read) errors.push(read);
    else manifests.push(read);
  }
  return { manifests, errors };
}

/**
 * The files that sources stand for, in order, and in their place what is wrong with a source.
 * @param without real paths of files that are not read where they lie in a folder
 */
export async function listFiles(
  sources: readonly string[],
  stdin: Readable,
  without?: ReadonlySet<string>,
): Promise<(ManifestFile | ManifestError)[]> {
  const lists: (ManifestFile | ManifestError)[][] = [];
  for (const source of sources) lists.push(await filesOf(source, stdin, without));
  return lists.flat();
}

/**
 * Reads the documents of files one by one. Nothing is held of one after the next is asked for.
 * @param isWanted by its text, whether a document is worth reading
 */
export async function* readFiles(
  files: readonly (ManifestFile | ManifestError)[],
  isWanted?: (text: string) => boolean,
): AsyncGenerator<Manifest | ManifestError> {
  for (const file of files) {
    const content = 'message' in file ? file : await contentOf(file);
    if (typeof content === 'string') yield* readDocuments(content, file.file, isWanted);
    else yield content;
  }
}

async function contentOf(source: ManifestFile): Promise<string | ManifestError> {
  try {
    return await source.text();
  } catch (error) {
    return { file: source.file, message: reason(error) };
  }
}

async function filesOf(
  source: string,
  stdin: Readable,
  without?: ReadonlySet<string>,
): Promise<(ManifestFile | ManifestError)[]> {
  if (source === '-') return [onceReadable(source, async () => decode(await buffer(stdin)))];
  try {
    const stats = await stat(source);
    // A pipe, as a shell makes it of `<(helm template .)`, has its text only once.
    if (!stats.isDirectory())
      return [stats.isFile() ? regularFile(source) : onceReadable(source, () => readText(source))];
    const { files, errors } = await manifestsBelow(source, without);
    return [...errors, ...files.map(regularFile)];
  } catch (error) {
    return [{ file: source, message: reason(error) }];
  }
}

function regularFile(file: string): ManifestFile {
  return { file, text: () => readText(file) };
}

async function readText(file: string): Promise<string> {
  return decode(await readFile(file));
}

function onceReadable(file: string, read: () => Promise<string>): ManifestFile {
  let content: Promise<string> | undefined;
  return { file, text: () => (content ??= read()) };
}
