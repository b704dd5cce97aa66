import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { audit, type AuditedObject, type AuditOptions } from '../../../src/audit/audit.ts';
import { auditCluster } from '../../../src/audit/cluster.ts';
import { clusterItem } from '../../../src/audit/objects.ts';
import { KindUnreadable, type ClusterObjects, type ReadHow } from '../../../src/audit/ports.ts';
import { asObject, asString, type JsonObject } from '../../../src/policy/json.ts';
import { apiVersionOf, type Kind } from '../../../src/policy/objects/kube-object.ts';
import { limitRangeKind, namespaceKind, objectKinds } from '../../../src/policy/objects/object-kinds.ts';
import { workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';
import { checks } from '../../../src/policy/checks/registry.ts';
import { reportedObject } from '../../../src/report/reported.ts';
import { configured, profileNamed } from '../config/configurations.ts';
import { yamlObjects } from '../policy/objects.ts';

/** Every check there is, so that nothing that one of them looks up can be forgotten. */
const everyCheck = configured(`
workloads: [{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, resource: rollouts }]
profiles: { every: { extends: strict, checks: { ${checks.map(({ id }) => `${id}: { action: deny }`).join(', ')} } } }
`);
const options: AuditOptions = {
  configuration: everyCheck,
  profile: profileNamed('every', everyCheck),
  namespace: 'default',
};
/** Those that look at no other object. */
const alone = new Set(
  checks.filter(({ needs = [], judges }) => needs.length === 0 && judges === 'workloads').map(({ id }) => id),
);

/** Objects as a cluster would serve them: each has a namespace, and the version that is asked for. */
class Objects implements ClusterObjects {
  readonly listed: string[] = [];
  readonly how = new Map<string, ReadHow>();
  readonly #objects: readonly JsonObject[];
  readonly #refused: ReadonlySet<string>;

  constructor(objects: readonly JsonObject[], refused: readonly string[] = []) {
    this.#objects = objects;
    this.#refused = new Set(refused);
  }

  async *list(kind: Kind, how: ReadHow): AsyncGenerator<JsonObject> {
    this.listed.push(kind.resource);
    this.how.set(kind.resource, how);
    await Promise.resolve();
    if (this.#refused.has(kind.resource)) throw new KindUnreadable('no');
    yield* this.#objects.filter(
      (object) => object['kind'] === kind.kind && object['apiVersion'] === apiVersionOf(kind),
    );
  }
}

/** In the namespace `default` where a manifest leaves it to the command line. */
function served(text: string): JsonObject[] {
  return yamlObjects(text).map((object) => {
    const metadata = asObject(object['metadata']);
    if (object['kind'] === 'Namespace') return object;
    return { ...object, metadata: { namespace: 'default', ...metadata } };
  });
}

interface Found {
  readonly objects: AuditedObject[];
  readonly problems: string[];
}

async function found(cluster: ClusterObjects, over: Partial<AuditOptions> = {}): Promise<Found> {
  const result: Found = { objects: [], problems: [] };
  for await (const one of auditCluster(cluster, { ...options, ...over })) {
    if (typeof one === 'string') result.problems.push(one);
    else if ('message' in one) throw new Error(one.message);
    else result.objects.push(one);
  }
  return result;
}

const names = (objects: readonly AuditedObject[]): string[] =>
  objects.map(({ object: { kind, namespace, name } }) => `${kind.kind} ${namespace}/${name}`);

const comparable = (objects: readonly AuditedObject[]): string[] =>
  objects.map((object) => JSON.stringify(reportedObject(object))).toSorted();

const kinds = [...everyCheck.workloads.kinds, ...objectKinds];
const isServed = (object: JsonObject): boolean =>
  kinds.some((kind) => object['kind'] === kind.kind && object['apiVersion'] === apiVersionOf(kind)) ||
  [namespaceKind.kind, limitRangeKind.kind].includes(asString(object['kind']) ?? '');

const fixtures = new URL('../../fixtures/workloads/', import.meta.url);
const everyFixture = readdirSync(fixtures)
  .filter((file) => /^(?!verdicts).*\.yaml$/.test(file))
  .map((file) => readFileSync(new URL(file, fixtures), 'utf8'))
  .join('\n---\n');

describe('an audit of a cluster', () => {
  it.each([
    ...checks.map(({ id, examples }): [string, string] => [`the example of ${id}`, examples.bad]),
    ['all examples', checks.map(({ examples }) => examples.bad).join('\n---\n')],
    ['the fixtures', everyFixture],
  ])('finds in %s what one finds that holds everything', async (_name, text) => {
    const objects = served(text).filter(isServed);
    const whole = audit(objects.map(clusterItem), { ...options, unknown: new Set() });
    const { objects: streamed, problems } = await found(new Objects(objects));
    expect(comparable(streamed)).toEqual(comparable(whole.objects));
    expect(streamed.length).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  it.each([
    [
      'by server-side apply',
      'managedFields: [{ operation: Apply, fieldsV1: { f:spec: { f:replicas: {} } } }]',
    ],
    [
      'by kubectl on the client',
      `annotations: { kubectl.kubernetes.io/last-applied-configuration: '{"spec":{"replicas":2}}' }`,
    ],
  ])('knows who has applied the replicas of what is autoscaled: %s', async (_name, record) => {
    const text = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, uid: u, ${record} }
spec: { replicas: 2, template: { spec: { containers: [{ name: app }] } } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec: { minReplicas: 1, maxReplicas: 9, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
`;
    const { objects } = await found(new Objects(yamlObjects(text)));
    const ids = objects.flatMap(({ verdict }) => verdict.findings.map(({ check }) => check));
    expect(ids).toContain('hpa-replicas');
  });

  it('judges not a pod that is over, nor what is on its way out', async () => {
    const pod = (name: string, more: string, status = '') =>
      `{ apiVersion: v1, kind: Pod, metadata: { name: ${name}, namespace: shop ${more} }, spec: { containers: [{ name: a }] }, status: { ${status} } }`;
    const text = [
      pod('done', '', 'phase: Succeeded'),
      pod('failed', '', 'phase: Failed'),
      pod('leaving', ', deletionTimestamp: now'),
      pod('running', '', 'phase: Running'),
      '{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: b, namespace: shop, deletionTimestamp: now }, spec: { maxUnavailable: 0 } }',
    ].join('\n---\n');
    const { objects } = await found(new Objects(yamlObjects(text)));
    expect(names(objects)).toEqual(['Pod shop/running']);
  });

  it('warns of pods where the profile lets them through, and of what a controller made', async () => {
    const configuration = configured('profiles: { lenient: { extends: strict, pods: warn } }');
    const over = { configuration, profile: profileNamed('lenient', configuration) };
    const spec = 'template: { spec: { containers: [{ name: a }] } }';
    const owner = 'ownerReferences: [{ apiVersion: a/v1, kind: Database, name: x, controller: true }]';
    const text = `
{ apiVersion: v1, kind: Pod, metadata: { name: pod, namespace: shop }, spec: { containers: [{ name: a }] } }
---
{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: owned, namespace: shop, ${owner} }, spec: { ${spec} } }
---
{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: free, namespace: shop }, spec: { ${spec} } }
`;
    const { objects } = await found(new Objects(yamlObjects(text)), over);
    const denied = objects.filter(({ verdict }) => verdict.findings.some(({ action }) => action === 'deny'));
    expect(names(objects)).toHaveLength(3);
    expect(names(denied)).toEqual(['StatefulSet shop/free']);
    for (const { verdict } of objects)
      expect(verdict.findings.map(({ check }) => check)).toContain('cpu-request');
  });

  it('holds nothing where no check looks up others: what is read is judged before the next is read', async () => {
    const text = checks.map(({ examples }) => examples.bad).join('\n---\n');
    const order: string[] = [];
    const cluster: ClusterObjects = {
      async *list(kind, how) {
        for await (const object of new Objects(served(text)).list(kind, how)) {
          order.push('read');
          yield object;
        }
      },
    };
    for await (const one of auditCluster(cluster, { ...options, checks: alone })) {
      if (typeof one === 'object' && !('message' in one)) order.push('judged');
    }
    const first = order.indexOf('judged');
    expect(order.slice(first, first + 6)).toEqual(['judged', 'read', 'judged', 'read', 'judged', 'read']);
  });

  it('reads what the checks need, and nothing else', async () => {
    const cluster = new Objects([]);
    await found(cluster, { checks: alone });
    expect(cluster.listed.toSorted()).toEqual(
      [namespaceKind, limitRangeKind, ...everyCheck.workloads.kinds]
        .map(({ resource }) => resource)
        .toSorted(),
    );
    const all = new Objects([]);
    await found(all);
    expect(all.listed.toSorted()).toEqual(
      [namespaceKind, limitRangeKind, ...kinds].map(({ resource }) => resource).toSorted(),
    );
    expect([...all.how].filter(([, { metadataOnly }]) => metadataOnly === true)).toHaveLength(1);
    expect(all.how.get('secrets')).toMatchObject({ metadataOnly: true });
    expect([...all.how].filter(([, { mustExist }]) => mustExist === true).map(([name]) => name)).toEqual([
      'rollouts',
    ]);
  });

  it('judges not what a workload made, but its owner', async () => {
    const pod = (name: string, owner: string) =>
      `{ apiVersion: v1, kind: Pod, metadata: { name: ${name}, namespace: shop, ownerReferences: [${owner}] }, spec: { containers: [{ name: a }] } }`;
    const owner = (apiVersion: string, kind: string) =>
      `{ apiVersion: ${apiVersion}, kind: ${kind}, name: x, controller: true }`;
    const text = [
      pod('of-replica-set', owner('apps/v1', 'ReplicaSet')),
      pod('of-rollout', owner('argoproj.io/v1alpha1', 'Rollout')),
      pod('of-operator', owner('example.com/v1', 'Database')),
      pod('of-nobody', ''),
      pod('static', owner('v1', 'Node')).replace(
        'name: static',
        'name: static, annotations: { kubernetes.io/config.mirror: a }',
      ),
    ].join('\n---\n');
    for (const over of [{}, { checks: alone }]) {
      const { objects } = await found(new Objects(yamlObjects(text)), over);
      expect(names(objects)).toEqual(['Pod shop/of-operator', 'Pod shop/of-nobody']);
    }
  });

  it('leaves out namespaces and runtime classes that admission leaves out', async () => {
    const pod = (name: string, namespace: string, spec = '') =>
      `{ apiVersion: v1, kind: Pod, metadata: { name: ${name}, namespace: ${namespace} }, spec: { ${spec} containers: [{ name: a }] } }`;
    const text = [
      pod('a', 'kube-system'),
      pod('b', 'shop'),
      pod('c', 'shop', 'runtimeClassName: kata,'),
      pod('d', 'shop', 'runtimeClassName: gvisor,'),
    ].join('\n---\n');
    const configuration = configured('exemptions: { runtimeClasses: [kata] }');
    const over = {
      configuration,
      profile: profileNamed('strict', configuration),
      withoutNamespaces: new Set(['kube-system']),
    };
    const { objects } = await found(new Objects(yamlObjects(text)), over);
    expect(names(objects)).toEqual(['Pod shop/b', 'Pod shop/d']);
  });
});

describe('what may not be read', () => {
  const consequences: Readonly<Record<string, string>> = {
    namespaces: 'and mutations that their labels turn on are not counted',
    limitranges: 'and the defaults that they set are not counted',
  };
  const sentence = (resource: string) =>
    `${resource} cannot be read, ${consequences[resource] ?? 'and what rests on them is not judged'}: no`;
  const absent: Readonly<Record<string, string>> = {
    deployments:
      '{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: a, namespace: shop }, spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: gone } } }',
    secrets:
      '{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: a, namespace: shop }, spec: { tls: [{ secretName: gone }] } }',
    services:
      '{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: a, namespace: shop }, spec: { serviceName: gone, template: { spec: { containers: [{ name: a }] } } } }',
  };

  it.each(Object.entries(absent))(
    '%s: is told, and nothing is called absent for it',
    async (resource, text) => {
      const count = async (cluster: ClusterObjects): Promise<number> =>
        (await found(cluster)).objects.flatMap(({ verdict }) => verdict.findings).length;
      const blind = new Objects(yamlObjects(text), [resource]);
      expect(await count(blind)).toBeLessThan(await count(new Objects(yamlObjects(text))));
      expect((await found(blind)).problems).toEqual([sentence(resource)]);
    },
  );

  it.each(Object.entries(absent))('%s: may be left out, without a word', async (resource, text) => {
    const stands = objectKinds.find((one) => one.resource === resource)?.kind ?? 'workloads';
    const cluster = new Objects(yamlObjects(text));
    const { objects, problems } = await found(cluster, { withoutKinds: new Set([stands]) });
    expect(problems).toEqual([]);
    expect(cluster.listed).not.toContain(resource);
    const blind = await found(new Objects(yamlObjects(text), [resource]));
    expect(comparable(objects)).toEqual(comparable(blind.objects));
  });

  it('may be everything', async () => {
    const resources = [namespaceKind, limitRangeKind, ...objectKinds, ...everyCheck.workloads.kinds].map(
      ({ resource }) => resource,
    );
    const { objects, problems } = await found(new Objects(yamlObjects(everyFixture), resources));
    expect(objects).toEqual([]);
    expect(problems).toEqual(resources.map(sentence));
  });

  it('leaves the rest to be judged', async () => {
    const [kind] = workloadKinds;
    const { objects, problems } = await found(new Objects(served(everyFixture), [kind?.resource ?? '']));
    expect(objects.length).toBeGreaterThan(3);
    expect(problems).toEqual([sentence('pods')]);
  });

  it('is the end where the cluster does not answer', async () => {
    const cluster: ClusterObjects = {
      // oxlint-disable-next-line require-yield -- it has nothing to give
      async *list() {
        await Promise.reject(new Error('does not answer'));
      },
    };
    await expect(found(cluster)).rejects.toThrow('does not answer');
  });
});
