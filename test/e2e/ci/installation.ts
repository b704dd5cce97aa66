/** An installation as npm makes it: links to the bundle, with Node 24 beside them. */
import { accessSync, constants } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

/** What package.json links to the program. */
export const programNames = ['gracegate', 'kubectl-gracegate', 'kubectl_complete-gracegate'] as const;

/**
 * @param directory where the links are made
 * @param programs further ones, by name
 * @returns a PATH that begins with it
 */
export async function installation(
  directory: string,
  programs: Readonly<Record<string, string>> = {},
): Promise<{ path: string }> {
  const main = resolve('dist/main.js');
  const links = {
    node: process.execPath,
    ...Object.fromEntries(programNames.map((name) => [name, main])),
    ...programs,
  };
  await mkdir(directory, { recursive: true });
  await Promise.all(Object.entries(links).map(([name, target]) => symlink(target, join(directory, name))));
  return { path: [directory, process.env['PATH']].join(delimiter) };
}

/** Whether a program is on PATH. */
export function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
