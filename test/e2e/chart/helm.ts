/** The real Helm on the project's chart, kept away from the developer's own settings. */
import { join } from 'node:path';
import { inject } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { findBinaries } from '../../cluster/binaries.ts';
import { run, type CommandResult } from '../../cluster/command.ts';
import { selectRelease } from '../../cluster/versions.ts';

export const chart = 'charts/gracegate';

const { dir, kubeconfig, version } = inject('cluster');

/** Sought once, and when the first test asks. */
let sought: ReturnType<typeof findThem> | undefined;
const findThem = () => findBinaries(selectRelease(process.env['GRACEGATE_K8S']), ['helm', 'kubeconform']);
const binaries = () => (sought ??= findThem());

/** Any object of a chart. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // oxlint-disable-next-line no-explicit-any -- each test knows the shape of the kind that it looks at
  readonly [field: string]: any;
}

export async function helm(args: readonly string[], input = ''): Promise<CommandResult> {
  const home = join(dir, 'helm');
  return run((await binaries()).helm, args, {
    input,
    timeoutMs: 60_000,
    env: { PATH: process.env['PATH'], HOME: home, KUBECONFIG: kubeconfig, HELM_MAX_HISTORY: '3' },
  });
}

export async function kubeconform(args: readonly string[], input: string): Promise<CommandResult> {
  return run((await binaries()).kubeconform, args, { input, timeoutMs: 60_000 });
}

export async function mustHelm(args: readonly string[], values: object = {}): Promise<string> {
  const { code, stdout, stderr } = await helm([...args, '--values', '-'], JSON.stringify(values));
  if (code !== 0) throw new Error(`helm ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

/** What `helm template` prints for a release called gracegate. */
export function renderText(values: object, namespace = 'gracegate'): Promise<string> {
  // Without it Helm takes a version that it was built with, which says nothing of the server under test.
  const args = ['template', 'gracegate', chart, '--namespace', namespace, '--kube-version', version];
  return mustHelm(args, values);
}

/** Throws where the render is no YAML, or has a key twice in one map. */
export async function render(values: object, namespace?: string): Promise<Rendered[]> {
  return parseAllDocuments(await renderText(values, namespace), { uniqueKeys: true })
    .map((document) => {
      const [error] = document.errors;
      if (error !== undefined) throw error;
      return document.toJS() as Rendered | null;
    })
    .filter((object) => object !== null);
}

/** What Helm says of values that it refuses to render, in one line. */
export async function complaint(
  values: object,
  { release = 'gracegate', namespace = 'gracegate' } = {},
): Promise<string> {
  const args = ['template', release, chart, '--namespace', namespace, '--kube-version', '1.37.0'];
  const { code, stderr } = await helm([...args, '--values', '-'], JSON.stringify(values));
  if (code !== 1) throw new Error(`helm ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stderr;
}

/** The only object of a kind. */
export function only(objects: readonly Rendered[], kind: string): Rendered {
  const found = objects.filter((object) => object.kind === kind);
  const [object] = found;
  if (object === undefined || found.length > 1) throw new Error(`${found.length} objects of kind ${kind}`);
  return object;
}
