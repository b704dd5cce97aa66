/** Files that an audit writes, which must be none of those that it reads. */
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from './errors.ts';

export interface AuditFiles {
  readonly sources: readonly string[];
  readonly config?: string | undefined;
  readonly sinceBaseline?: string | undefined;
  readonly outputFile?: string | undefined;
  readonly writeBaseline?: string | undefined;
}

/** A file by the option that names it. */
interface NamedFile {
  readonly option: string;
  readonly file: string | undefined;
}

/** What a shell has made of `> report.json` only the system knows. */
const standardOutput: NamedFile = { option: 'standard output', file: '/dev/stdout' };

/**
 * Real paths of what is written, so that it is not read where it lies in a folder that is.
 * @throws a UserError where one is also read by its name
 */
export async function auditOutputs(files: AuditFiles): Promise<ReadonlySet<string>> {
  const read = [
    ...files.sources.map((file) => ({ option: '-f', file })),
    { option: '--config', file: files.config },
  ];
  const report =
    files.outputFile === undefined ? standardOutput : { option: '--output-file', file: files.outputFile };
  const accepted = { option: '--write-baseline', file: files.writeBaseline };
  const outputs = await Promise.all([
    // A baseline may well be written over the one that was read before.
    output(accepted, read),
    output(report, [...read, { option: '--since-baseline', file: files.sinceBaseline }, accepted]),
  ]);
  return new Set(outputs.filter((path) => path !== undefined));
}

async function output(written: NamedFile, others: readonly NamedFile[]): Promise<string | undefined> {
  const real = await realFile(written.file);
  if (real === undefined) return undefined;
  for (const { option, file } of others) {
    if ((await realFile(file)) !== real) continue;
    throw new UserError(
      `${written.option} and ${option} are the same file, ${file}; name another one to write to`,
    );
  }
  return real;
}

/** Undefined for what is no file of its own, such as a terminal or a pipe. */
async function realFile(file: string | undefined): Promise<string | undefined> {
  if (file === undefined || file === '-') return undefined;
  try {
    const real = await realpath(file);
    return (await stat(real)).isFile() ? real : undefined;
  } catch {
    // One that is yet to be made has a folder. What else is wrong with it, whoever opens it says.
    const folder = await realpath(dirname(file)).catch(() => undefined);
    return folder === undefined ? undefined : join(folder, basename(file));
  }
}
