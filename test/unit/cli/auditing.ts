import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { onTestFinished } from 'vitest';

import { run } from '../../../src/cli/program.ts';

/** A folder with these files, which is gone after the test. */
export function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'gracegate-audit-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

/** `gracegate audit`, in this process. */
export const audit = (args: readonly string[], input = '') => gracegate(['audit', ...args], input);

/** `gracegate`, in this process. */
export async function gracegate(args: readonly string[], input: string | AsyncIterable<string> = '') {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const printed = Promise.all([text(stdout), text(stderr)]);
  const code = await run(args, {
    stdin: Readable.from(typeof input === 'string' ? [input] : input),
    stdout,
    stderr,
  });
  stdout.end();
  stderr.end();
  const [out, err] = await printed;
  return { code, out, err };
}

interface Report {
  readonly objects: readonly { readonly violations: readonly { readonly check: string }[] }[];
}

/** The checks of all findings in a report as JSON. */
export const checksOf = (out: string): string[] =>
  (JSON.parse(out) as Report).objects.flatMap(({ violations }) => violations.map(({ check }) => check));

/** When it was is the only thing in which two reports of the same differ. */
export const withoutTime = (out: string): string => out.replace(/"time": ".*"/, '');

/** `memory-request` only warns in the profile `baseline`, `cpu-request` denies. */
export const few = ['--check', 'cpu-request,memory-request', '-o', 'json'];

/** A pod with these requests. */
export const pod = (requests: string, name = 'web'): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  containers:
    - name: app
      resources: { requests: { ${requests} } }
`;
