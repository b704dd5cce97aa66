/** The manifests in a folder and below. */
import type { Dirent } from 'node:fs';
import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, extname, join, sep } from 'node:path';
import type { ManifestError } from './manifest.ts';
import { reason } from './reason.ts';

export interface FolderFiles {
  /** In the order of their names. */
  readonly files: readonly string[];
  readonly errors: readonly ManifestError[];
}

const extensions = /\.(?:ya?ml|json)$/i;

/**
 * The .yaml, .yml and .json files below a folder. Links are followed, as `kubectl apply -f DIR` does with those to files, and
 * each file comes once, whatever leads to it. What cannot be read is named beside the rest.
 * @param without real paths of files that are none of them
 */
export async function manifestsBelow(
  folder: string,
  without: ReadonlySet<string> = new Set(),
): Promise<FolderFiles> {
  const walk = new Walk(without);
  try {
    await walk.from({ path: folder, real: await realpath(folder) });
  } catch (error) {
    return { files: [], errors: [{ file: folder, message: reason(error) }] };
  }
  const files = [...walk.files.values()].toSorted();
  if (files.length > 0 || walk.errors.length > 0) return { files, errors: walk.errors };
  return {
    files,
    errors: [{ file: folder, message: 'the folder holds no .yaml, .yml or .json file' }],
  };
}

interface Place {
  /** As the user would name it. */
  readonly path: string;
  /** Without links, but where it is one itself. */
  readonly real: string;
}

class Walk {
  /** Names by real path. */
  readonly files = new Map<string, string>();
  readonly errors: ManifestError[] = [];
  readonly #without: ReadonlySet<string>;
  /** Real paths of folders that were read. */
  readonly #read = new Set<string>();
  readonly #links: Place[] = [];
  /**
   * Where the kubelet keeps the files of a mounted ConfigMap, `..data` and `..2026_11_22`: known by the links beside them, so
   * that these are read first.
   */
  readonly #versions: Place[] = [];

  constructor(without: ReadonlySet<string>) {
    this.#without = without;
  }

  /** Links last, so that a file that has a place of its own here is known by that. */
  async from(root: Place): Promise<void> {
    await this.#folder(root);
    for (;;) {
      const link = this.#links.shift() ?? this.#versions.shift();
      if (link === undefined) return;
      await this.#follow(link);
    }
  }

  async #folder({ path, real }: Place): Promise<void> {
    if (this.#read.has(real)) return;
    this.#read.add(real);
    for (const entry of await this.#entries(path)) {
      const place = { path: join(path, entry.name), real: join(real, entry.name) };
      if (entry.name.startsWith('..')) this.#versions.push(place);
      else if (entry.isSymbolicLink()) this.#links.push(place);
      else if (entry.isDirectory()) await this.#folder(place);
      else if (entry.isFile()) this.#file(place);
    }
  }

  async #entries(folder: string): Promise<Dirent[]> {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      this.errors.push({ file: folder, message: reason(error) });
      return [];
    }
  }

  #file({ path, real }: Place): void {
    if (extensions.test(path) && !this.#without.has(real) && !this.files.has(real))
      this.files.set(real, path);
  }

  async #follow(link: Place): Promise<void> {
    const { path } = link;
    try {
      const real = await realpath(path);
      const target = await stat(real);
      if (target.isFile()) this.#file({ path, real });
      // What holds the link itself is what it was found in, or more than was asked for.
      else if (target.isDirectory() && !isWithin(dirname(link.real), real))
        await this.#folder({ path, real });
    } catch (error) {
      if (extensions.test(path) || extname(path) === '')
        this.errors.push({ file: path, message: await whyNotFollowed(path, error) });
    }
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

async function whyNotFollowed(link: string, error: unknown): Promise<string> {
  const target = await readlink(link).catch(() => undefined);
  const isDangling = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return isDangling && target !== undefined ? `a link to ${target}, which is not there` : reason(error);
}
