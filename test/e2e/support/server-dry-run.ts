/** Asks what `--server-dry-run` finds, and nothing else, and makes what it is to find. */
import { expect } from 'vitest';
import { cluster, kubectl } from './cluster.ts';
import { gracegate as cli } from './gracegate.ts';
import { manifest } from './manifests.ts';

interface Report {
  readonly objects: readonly {
    readonly kind: string;
    readonly name: string;
    readonly violations: readonly {
      readonly check: string;
      readonly action: string;
      readonly message: string;
      readonly line: number | null;
    }[];
    readonly notices: readonly string[];
    readonly untried?: string;
  }[];
}

/** The findings of the API server and what it warns of, by name of the object. */
export async function dryRun(
  input: string,
  namespace: string,
  kubeconfig = cluster.kubeconfig,
  args: string[] = [],
) {
  const from = input === '' ? ['--cluster'] : ['-f', '-'];
  const { code, stdout, stderr } = await cli(
    [
      'audit',
      ...[...from, '-n', namespace, '--server-dry-run', '--kubeconfig', kubeconfig],
      ...['--check', 'hpa-bounds', '-o', 'json', ...args],
    ],
    input,
  );
  const { objects } = JSON.parse(stdout === '' ? '{"objects":[]}' : stdout) as Report;
  const refused = objects.flatMap(({ name, violations }) =>
    violations.map(({ message, ...rest }) => ({ name, message, ...rest })),
  );
  return { code, stderr, objects, refused, notices: objects.flatMap(({ notices }) => notices) };
}

export async function apply(...objects: readonly object[]): Promise<void> {
  const { code, stderr } = await kubectl(['apply', '-f', '-'], { input: manifest(...objects) });
  expect(code, stderr).toBe(0);
}
