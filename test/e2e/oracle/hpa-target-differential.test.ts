/**
 * hpa-target against the HPA controller: random targets, right and wrong in kind, case, group, version and name. Our
 * verdict is that the target is not found exactly when the controller does not find it, or the API server refuses it.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hpaTarget } from '../../../src/policy/checks/hpa-target.ts';
import { createNamespace } from '../support/cluster.ts';
import { create, oracleCreate, type Manifest } from '../support/oracle-create.ts';
import { hpa, oracleHpas, removeHpas } from '../support/oracle-hpa.ts';
import { barePod, workload } from '../support/oracle-workloads.ts';
import { messagesOf, ourFindings } from '../support/ours.ts';
import { inParallel } from '../support/parallel.ts';
import { sample, seed } from '../support/random.ts';
import { tallyOf } from '../support/tally.ts';

const count = Number(process.env['GRACEGATE_HPA_TARGETS'] ?? 200);

/** The group and version of each kind. */
const kinds = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  ReplicaSet: 'apps/v1',
  ReplicationController: 'v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  Pod: 'v1',
} as const;

const allKinds = Object.keys(kinds) as (keyof typeof kinds)[];

const asItIs = (kind: string): string => kind;
const inLowerCase = (kind: string): string => kind.toLowerCase();
const spellings: readonly ((kind: string) => string)[] = [
  ...[asItIs, asItIs, asItIs, asItIs, inLowerCase, inLowerCase],
  (kind) => kind.toUpperCase(),
  (kind) => `${kind.slice(0, 1)}${kind.slice(1).toLowerCase()}`,
  (kind) => `${kind}s`,
  (kind) => `${kind.toLowerCase()}s`,
  (kind) => `${kind}List`,
];

/**
 * Groups of Kubernetes itself, and what is no group. A group with a dot may be one of custom resources: of those nothing is
 * said, and hpa-custom.test.ts has one.
 */
const versions = [
  ...['apps/v1', 'apps/v1beta2', 'apps/v99', 'apps/', 'batch/v1', 'extensions/v1beta1', 'v1', 'v2'],
  ...['Apps/v1', 'core/v1', 'app/v1', 'policy/v1', 'apps', 'a/b/c', 'apps/v1/', '/v1', '', undefined],
];

interface Target {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
}

const kindAndVersion = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({
        kind: fc.constantFrom(...allKinds, ...allKinds.slice(0, 4)),
        spell: fc.constantFrom(...spellings),
        version: fc.constantFrom(...versions),
        isRight: fc.constantFrom(true, true, false),
      })
      .map(({ kind, spell, version, isRight }) => ({
        kind: spell(kind),
        apiVersion: isRight ? kinds[kind] : version,
      })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('', 'Rollout', 'Scale', 'apps/Deployment'),
      apiVersion: fc.constantFrom(...versions),
    }),
  },
);

const names = [...Array.from({ length: 15 }, () => 'web'), 'nowhere', 'Web', 'web.v1', '', 'web/v1'];

const targets: fc.Arbitrary<Target> = fc
  .tuple(kindAndVersion, fc.constantFrom(...names))
  .map(([{ kind, apiVersion }, name]) => ({ kind, name, ...(apiVersion !== undefined && { apiVersion }) }))
  // A ReplicaSet that is not there may be one of a Deployment, which nobody writes down.
  .filter(({ kind, name }) => !/^replicaset$/i.test(kind) || name === 'web');

const cronJob: Manifest = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'web' },
  spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: workload('Job', 'web')['spec'] } },
};
const present: readonly Manifest[] = [
  ...['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController', 'DaemonSet', 'Job'].map((kind) =>
    workload(kind, 'web'),
  ),
  cronJob,
  // Without the label for which the others would take it.
  { ...barePod('web'), metadata: { name: 'web' } },
];

let namespace: string;
beforeAll(async () => {
  namespace = await createNamespace();
  await create(namespace, ...present);
});
afterAll(() => removeHpas(namespace));

it(`finds what the controller finds of ${count} random targets`, async () => {
  const drawn = sample(targets, count).map((target, index) => hpa(`t${index}`, { ...target }));
  const refusals = await inParallel(drawn, 8, async (object) => {
    const { accepted, status, message } = await oracleCreate(namespace, object, { isDryRun: false });
    if (!accepted) expect(status, message).toBe(422);
    return message;
  });
  const verdicts = await oracleHpas(namespace);
  const outcomes = drawn.map((object, index) => {
    const refusal = refusals[index] ?? '';
    const scale = verdicts.get(`t${index}`)?.['AbleToScale'];
    const ours = messagesOf(ourFindings(hpaTarget, object, present));
    const isFound = refusal === '' && scale?.status === 'True';
    const context = `seed ${seed}: ${JSON.stringify({ object, refusal, scale, ours }, null, 1)}`;
    // That a kind is in lower case is a matter of style: the controller finds it.
    expect(ours.filter((message) => message !== 'lower-case').length === 0, context).toBe(isFound);
    if (refusal !== '') return 'refused';
    return isFound ? `found${ours.length > 0 ? ' in lower case' : ''}` : 'not found';
  });
  const tally = tallyOf('targets', outcomes);
  for (const kind of ['found', 'found in lower case', 'not found', 'refused'])
    expect(tally[kind] ?? 0, kind).toBeGreaterThan(0);
}, 300_000);
