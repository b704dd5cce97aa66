import { fileURLToPath } from 'node:url';

/** This runs from `src/cli`, or bundled from `dist`; an installation may lie below a folder `src` as well. */
const root = new URL(/\/src\/cli\/[^/]+$/.test(import.meta.url) ? '../../' : '../', import.meta.url);

/** A file of this package, by its path from where package.json lies. */
export function packageFile(path: string): string {
  return fileURLToPath(new URL(path, root));
}
