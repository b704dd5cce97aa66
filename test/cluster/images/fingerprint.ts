/** A short digest of files and folders: the same content, the same name. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** 12 hexadecimal digits of the files' names below `root` and of what they hold; folders count with all that is in them. */
export async function fingerprint(
  root: string,
  paths: readonly string[],
  extra: readonly string[] = [],
): Promise<string> {
  const hash = createHash('sha256');
  const add = (...fields: (string | Buffer)[]): void => {
    for (const field of fields) {
      // With its length before it, or "ab" and "c" would be "a" and "bc".
      hash.update(`${field.length}:`).update(field);
    }
  };
  for (const path of paths) {
    for (const file of await filesIn(join(root, path))) {
      add(relative(root, file), await readFile(file));
    }
  }
  add(...extra);
  return hash.digest('hex').slice(0, 12);
}

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => undefined);
  if (entries === undefined) {
    return [path];
  }
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
}
