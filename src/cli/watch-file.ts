import { unwatchFile, watchFile } from 'node:fs';

const intervalMs = 1000;

/**
 * Calls back when a file changes. Polls, because a mounted ConfigMap changes by a symlink swap that inotify on the file
 * does not see.
 * @returns a function that stops it
 */
export function onFileChange(file: string, changed: () => void): () => void {
  const listener = (now: { mtimeMs: number; ino: number; size: number }, before: typeof now): void => {
    // A file that is gone shows as time 0; what was read stays in use until it is back.
    if (now.mtimeMs === 0) return;
    if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino || now.size !== before.size) changed();
  };
  watchFile(file, { interval: intervalMs, persistent: false }, listener);
  return () => unwatchFile(file, listener);
}
