/** Saves a run's logs from the removal of its folder. */
import { cp, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { RunDirectory } from './run-directory.ts';

/** Resolves to the folder that has the copy. CI can collect all of `gracegate-logs` under the temporary folder. */
export async function keepLogs(directory: RunDirectory): Promise<string> {
  const kept = join(tmpdir(), 'gracegate-logs', basename(directory.path));
  await mkdir(kept, { recursive: true });
  await cp(directory.logs, kept, { recursive: true });
  return kept;
}
