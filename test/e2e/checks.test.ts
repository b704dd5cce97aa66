/**
 * Every check on the real server, by its own examples: the bad one is refused or warned of by the webhook (what it is
 * sent), and found by an audit of the cluster; the good one passes both. The API server takes both examples.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../src/policy/check.ts';
import { checks } from '../../src/policy/checks/registry.ts';
import { objectKinds } from '../../src/policy/objects/object-kinds.ts';
import { cluster, createNamespace, kubectl } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { exampleToApply, type AppliedExample } from './support/example-manifests.ts';
import { gracegate as cli, startGracegate, type Gracegate } from './support/gracegate.ts';
import { inParallel } from './support/parallel.ts';

const profileOf = ({ id }: Check): string => `only-${id}`;
const denied = (check: Check): string => `${check.id}: { action: deny }`;

/** A profile for each check, and one of all for the audit. */
const config = `
apiVersion: gracegate.dev/v1alpha1
kind: GracegateConfiguration
profiles:
  every: { checks: { ${checks.map(denied).join(', ')} } }
${checks.map((check) => `  ${profileOf(check)}: { checks: { ${denied(check)} } }`).join('\n')}
`;

/** The webhooks look around and the audit has all, so a few at a time are enough. */
const atOnce = 4;

/** Where the examples of a check are stored, and what was said when they were. */
interface Stored {
  readonly bad: string;
  readonly good: string;
  readonly saidOfGood: string;
}

let gracegate: Gracegate;
const stored = new Map<Check, Stored>();
let found: ReadonlySet<string>;

beforeAll(async () => {
  gracegate = await startGracegate({ config });
  const places = await inParallel(checks, atOnce, store);
  for (const [index, check] of checks.entries()) stored.set(check, places[index] as Stored);
  found = await auditCluster();
});
afterAll(() => gracegate.stop());

async function store(check: Check): Promise<Stored> {
  const [bad, good] = [await createNamespace(), await createNamespace({ enforce: profileOf(check) })];
  await apply(exampleToApply(check.examples.bad), bad);
  const saidOfGood = await apply(exampleToApply(check.examples.good), good);
  await kubectl(['label', 'namespace', bad, `gracegate.dev/enforce=${profileOf(check)}`]);
  return { bad, good, saidOfGood };
}

/** Stores an example, as its author would. */
async function apply({ text, labels }: AppliedExample, namespace: string): Promise<string> {
  for (const [key, value] of Object.entries(labels)) {
    await kubectl(['label', '--overwrite', 'namespace', namespace, `${key}=${String(value)}`]);
  }
  const { code, stderr } = await kubectl(['apply', '-n', namespace, '-f', '-'], { input: text });
  if (code !== 0) throw new Error(`an example is not accepted: ${stderr}`);
  return stderr;
}

/** `NAMESPACE CHECK` of every violation on the cluster. */
async function auditCluster(): Promise<Set<string>> {
  const { stdout, stderr } = await cli([
    'audit',
    ...['--cluster', '--kubeconfig', cluster.kubeconfig],
    ...['--config', gracegate.configFile, '--profile', 'every', '-o', 'json'],
  ]);
  expect(stderr).toBe('');
  const { objects } = JSON.parse(stdout) as {
    objects: { namespace: string; violations: { check: string }[] }[];
  };
  return new Set(
    objects.flatMap(({ namespace, violations }) => violations.map(({ check }) => `${namespace} ${check}`)),
  );
}

/** What the webhooks say of each object, with all the others in place: refusals and warnings. Nothing is stored. */
async function reviewAll({ text }: AppliedExample, namespace: string): Promise<string> {
  const args = ['create', '--save-config', '--dry-run=server', '-n', namespace, '-f', '-'];
  // The objects exist, which the server notices only after it has asked the webhooks.
  return (await kubectl(args, { input: text })).stderr;
}

/** Objects that no webhook is sent are judged by the audit alone. */
const isAdmitted = ({ judges }: Check): boolean =>
  judges === 'workloads' || objectKinds.some(({ kind, admitted }) => admitted && judges.includes(kind));

/** A refusal names the check in brackets; so does a warning. */
const names = (text: string, check: Check): boolean => text.includes(`[${check.id}]`);

describe.each(checks)('$id', (check) => {
  const place = (): Stored => stored.get(check) as Stored;

  it('objects to the bad example', async () => {
    const { bad } = place();
    expect(found).toContain(`${bad} ${check.id}`);
    if (!isAdmitted(check)) return;
    const example = exampleToApply(check.examples.bad);
    await eventually(`a refusal or warning by ${check.id}`, async () =>
      names(await reviewAll(example, bad), check),
    );
  });

  it('has nothing against the good example', async () => {
    const { good, saidOfGood } = place();
    expect(found).not.toContain(`${good} ${check.id}`);
    // In one apply an object may come before the one that it needs; once all are there, nothing is said.
    const said = names(saidOfGood, check)
      ? await reviewAll(exampleToApply(check.examples.good), good)
      : saidOfGood;
    expect(said).not.toContain(`[${check.id}]`);
  });
});
