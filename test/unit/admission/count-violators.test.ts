import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { handle } from '../../../src/admission/handle.ts';
import type { WorkloadSource } from '../../../src/admission/ports.ts';
import type { Json, JsonObject } from '../../../src/policy/json.ts';
import { podOf, workloadOf } from '../policy/objects.ts';
import { ask } from './ask.ts';
import { contextOf, labelsOf, type ModeLabels, type Situation } from './contexts.ts';
import { askedFor, relatedOf } from './related.ts';
import { madeByController, requestOf, withMetadata } from './reviews.ts';

const config = `
profiles:
  cpu: { checks: { cpu-request: { action: deny }, memory-request: { action: warn } } }
  two: { checks: { cpu-request: { action: deny }, memory-request: { action: deny } } }
  pods: { extends: cpu, pods: warn }
  memory: { checks: { memory-request: { action: deny } } }
  others: { checks: { hpa-bounds: { action: deny }, pdb-blocks: { action: deny }, hpa-target: { action: warn } } }
`;
const bare = podOf('containers: [{ name: app }]');
const good = podOf('containers: [{ name: app, resources: { requests: { cpu: 1, memory: 1Gi } } }]');
const half = podOf('containers: [{ name: app, resources: { requests: { memory: 1Gi } } }]');

const named = (name: string, object: JsonObject) => withMetadata(object, { name });
const deployment = (name: string, pod = bare) => named(name, workloadOf('Deployment', pod));
const pod = (name: string, from = bare) => named(name, from);

const mirror = { 'kubernetes.io/config.mirror': 'd41d8cd98f' };
const node = { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: 'n', controller: true };

/** A source with these objects; the port is ours. */
function workloads(...objects: readonly Json[]): WorkloadSource {
  return {
    async *list() {
      yield* objects;
    },
  };
}

function relabelled(before: ModeLabels, after: ModeLabels, over: JsonObject = {}) {
  const namespace = (modes: ModeLabels): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', labels: labelsOf(modes) },
  });
  return requestOf(namespace(after), {
    name: 'shop',
    operation: 'UPDATE',
    oldObject: namespace(before),
    ...over,
  });
}

/** What is said when `enforce=PROFILE` is set in a namespace that holds these objects. */
async function count(
  profile: string,
  objects: readonly Json[],
  { labels = {}, situation = {} }: { labels?: ModeLabels; situation?: Situation } = {},
): Promise<readonly string[]> {
  const request = relabelled(labels, { ...labels, enforce: profile });
  const { response, warnings } = await ask('namespaces', request, {
    config,
    workloads: workloads(...objects),
    ...situation,
  });
  expect(response.allowed).toBe(true);
  return warnings;
}

describe('setting enforce counts', () => {
  it.each<[string, string, Json[], string[]]>([
    ['nothing in an empty namespace', 'cpu', [], []],
    ['nothing where all is well', 'cpu', [deployment('web', good), pod('web-1', good)], []],
    [
      'workloads and pods apart',
      'cpu',
      [deployment('web'), deployment('api', good), pod('web-1'), pod('web-2', good), pod('web-3', good)],
      [
        'gracegate enforce=cpu in shop: 1 of 2 workloads would be refused',
        'gracegate enforce=cpu in shop: Deployment web: no CPU request [cpu-request]',
        'gracegate enforce=cpu in shop: 1 of 3 running pods could not be recreated after a drain',
        'gracegate enforce=cpu in shop: web-1: no CPU request [cpu-request]',
      ],
    ],
    [
      'equal reasons folded, the most frequent first, under the first name',
      'two',
      [deployment('a', half), deployment('d'), deployment('b'), deployment('c')],
      [
        'gracegate enforce=two in shop: 4 of 4 workloads would be refused',
        'gracegate enforce=two in shop: Deployment b (and 2 more): no CPU request [cpu-request], no memory request [memory-request]',
        'gracegate enforce=two in shop: Deployment a: no CPU request [cpu-request]',
      ],
    ],
    [
      'a reason once, however many containers share it',
      'cpu',
      [deployment('web', podOf('containers: [{ name: app }, { name: log }]'))],
      [
        'gracegate enforce=cpu in shop: 1 of 1 workloads would be refused',
        'gracegate enforce=cpu in shop: Deployment web: no CPU request [cpu-request]',
      ],
    ],
    [
      'pods of all kinds but those that have finished',
      'cpu',
      [
        { ...pod('a'), status: { phase: 'Running' } },
        { ...pod('b'), status: { phase: 'Pending' } },
        { ...pod('c'), status: { phase: 'Succeeded' } },
        { ...pod('d'), status: { phase: 'Failed' } },
      ],
      [
        'gracegate enforce=cpu in shop: 2 of 2 running pods could not be recreated after a drain',
        'gracegate enforce=cpu in shop: a (and 1 more): no CPU request [cpu-request]',
      ],
    ],
    [
      'nothing that is being deleted',
      'cpu',
      [
        withMetadata(pod('a'), { deletionTimestamp: '2026-01-01T00:00:00Z' }),
        withMetadata(deployment('web'), { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      ],
      [],
    ],
    [
      'mirror pods of a node, whose files nobody can mend here, but not what looks like one',
      'cpu',
      [
        withMetadata(pod('static'), { annotations: mirror, ownerReferences: [node] }),
        withMetadata(pod('posing'), { annotations: mirror }),
        withMetadata(deployment('web'), { annotations: mirror, ownerReferences: [node] }),
      ],
      [
        'gracegate enforce=cpu in shop: 1 of 1 workloads would be refused',
        'gracegate enforce=cpu in shop: Deployment web: no CPU request [cpu-request]',
        'gracegate enforce=cpu in shop: 1 of 1 running pods could not be recreated after a drain',
        'gracegate enforce=cpu in shop: posing: no CPU request [cpu-request]',
      ],
    ],
    [
      'no pods under pods: warn, which lets them come back',
      'pods',
      [pod('a'), deployment('web')],
      [
        'gracegate enforce=pods in shop: 1 of 1 workloads would be refused',
        'gracegate enforce=pods in shop: Deployment web: no CPU request [cpu-request]',
      ],
    ],
    [
      'nothing that a controller made, but for pods',
      'cpu',
      [madeByController(workloadOf('ReplicaSet', bare)), madeByController(workloadOf('Job', bare))],
      [],
    ],
    ['nothing that is no workload', 'cpu', [{ apiVersion: 'v1', kind: 'ConfigMap' }, null, 'x', []], []],
  ])('%s', async (_name, profile, objects, expected) => {
    expect(await count(profile, objects)).toEqual(expected);
  });

  describe('autoscalers and disruption budgets', () => {
    const others = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: fixed, namespace: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, minReplicas: 3, maxReplicas: 3 }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: roomy, namespace: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, minReplicas: 3, maxReplicas: 9 }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: none, namespace: shop }
spec: { maxUnavailable: 0, selector: { matchLabels: { app: web } } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: leaving, namespace: shop, deletionTimestamp: now }
spec: { maxUnavailable: 0, selector: { matchLabels: { app: web } } }
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: quota, namespace: shop }
`;

    it('are those that would be refused by themselves, where the profile denies something of them', async () => {
      const related = relatedOf(others);
      expect(await count('others', [], { situation: { related } })).toEqual([
        'gracegate enforce=others in shop: 2 of 3 autoscalers and disruption budgets would be refused',
        expect.stringMatching(
          /^gracegate enforce=others in shop: HorizontalPodAutoscaler fixed: .*\[hpa-bounds\]$/,
        ),
        expect.stringMatching(
          /^gracegate enforce=others in shop: PodDisruptionBudget none: .*\[pdb-blocks\]$/,
        ),
      ]);
      expect(askedFor(related.queries)).toEqual(['shop: HorizontalPodAutoscaler PodDisruptionBudget']);
    });

    it('are not read where it only warns of them', async () => {
      const related = relatedOf(others);
      expect(await count('cpu', [], { situation: { related } })).toEqual([]);
      expect(related.queries).toEqual([]);
    });

    it('are said to be missing where they cannot be read', async () => {
      const related = relatedOf('', ['HorizontalPodAutoscaler', 'Secret']);
      expect(await count('others', [], { situation: { related } })).toEqual([
        'gracegate in shop: objects of kind HorizontalPodAutoscaler could not be read, and are not counted',
      ]);
    });
  });

  it('nothing of a runtime class that is exempt', async () => {
    const sandboxed = podOf('{ runtimeClassName: kata, containers: [{ name: app }] }');
    const other = podOf('{ runtimeClassName: gvisor, containers: [{ name: app }] }');
    const objects = [deployment('a', sandboxed), pod('a-1', sandboxed), pod('b-1', other)];
    const situation = { config: `exemptions: { runtimeClasses: [kata] }${config}` };
    expect(await count('cpu', objects, { situation })).toEqual([
      'gracegate enforce=cpu in shop: 1 of 1 running pods could not be recreated after a drain',
      'gracegate enforce=cpu in shop: b-1: no CPU request [cpu-request]',
    ]);
  });

  it('the pods of one controller by one of them: they are all alike', async () => {
    const pods = [
      madeByController(pod('a-1', good), 'a'),
      madeByController(pod('a-2', bare), 'a'),
      madeByController(pod('b-1', bare), 'b'),
      madeByController(pod('b-2', good), 'b'),
    ];
    expect(await count('cpu', pods)).toEqual([
      'gracegate enforce=cpu in shop: 2 of 4 running pods could not be recreated after a drain',
      'gracegate enforce=cpu in shop: b-1 (and 1 more): no CPU request [cpu-request]',
    ]);
  });

  it('at most eight reasons', async () => {
    const fits = '[{ type: Container, max: { cpu: 1 } }]';
    const limited = Array.from({ length: 10 }, (_, index) =>
      named(
        `web-${index}`,
        workloadOf(
          'Deployment',
          podOf(
            `containers: [{ name: app, resources: { requests: { cpu: 1 }, limits: { cpu: ${index + 2} } } }]`,
          ),
        ),
      ),
    );
    const profile = 'profiles: { fits: { checks: { limit-range: { action: deny } } } }';
    const warnings = await count('fits', limited, { situation: { config: profile, limits: fits } });
    expect(warnings[0]).toBe('gracegate enforce=fits in shop: 10 of 10 workloads would be refused');
    expect(warnings[1]).toBe(
      'gracegate enforce=fits in shop: Deployment web-0: cpu limit 2 is above the maximum 1 [limit-range]',
    );
    expect(warnings.slice(9)).toEqual(['gracegate enforce=fits in shop: and 2 more reasons']);
  });

  it('what mutations and LimitRanges would not fill', async () => {
    const objects = [deployment('web'), pod('web-1')];
    expect(await count('memory', objects)).toHaveLength(4);
    expect(await count('memory', objects, { labels: { mutate: 'baseline' } })).toEqual([]);
    const limits = '[{ type: Container, defaultRequest: { memory: 1Gi } }]';
    expect(await count('memory', objects, { situation: { limits } })).toEqual([]);
  });
});

describe('it counts only when enforce changes', () => {
  it.each<[string, ModeLabels, ModeLabels, JsonObject, boolean]>([
    ['to a profile', {}, { enforce: 'cpu' }, {}, true],
    ['to another profile', { enforce: 'memory' }, { enforce: 'cpu' }, {}, true],
    ['from off', { enforce: 'off' }, { enforce: 'cpu' }, {}, true],
    ['in a dry run', {}, { enforce: 'cpu' }, { dryRun: true }, true],
    ['not to off', { enforce: 'cpu' }, { enforce: 'off' }, {}, false],
    ['not to nothing', { enforce: 'cpu' }, {}, {}, false],
    ['not in warn', { enforce: 'cpu' }, { enforce: 'cpu', warn: 'two' }, {}, false],
    [
      'not in a namespace that is being made',
      {},
      { enforce: 'cpu' },
      { operation: 'CREATE', oldObject: null },
      false,
    ],
  ])('%s', async (_name, before, after, over, expected) => {
    const { warnings } = await ask('namespaces', relabelled(before, after, over), {
      config,
      workloads: workloads(deployment('web')),
    });
    expect(warnings.length > 0).toBe(expected);
  });

  it('to the default, when the label goes', async () => {
    const situation = {
      config: `defaults: { enforce: cpu }${config}`,
      workloads: workloads(deployment('web')),
    };
    const request = relabelled({ enforce: 'off' }, {});
    expect((await ask('namespaces', request, situation)).warnings).toHaveLength(2);
    const same = relabelled({ enforce: 'cpu' }, {});
    expect((await ask('namespaces', same, situation)).warnings).toEqual([]);
  });

  it('not where nobody will act on it', async () => {
    const situation: Situation = { config: `exemptions: { namespaces: [shop] }${config}` };
    expect(await count('cpu', [deployment('web')], { situation })).toEqual([
      'gracegate: namespace shop: label gracegate.dev/enforce has no effect, it is exempt in the configuration of Gracegate',
    ]);
  });
});

describe('what cannot be counted is said', () => {
  it('without a cluster', async () => {
    const { warnings } = await ask('namespaces', relabelled({}, { enforce: 'cpu' }), { config });
    expect(warnings).toEqual(['gracegate: without a cluster the workloads of a namespace cannot be counted']);
  });

  it('when the list fails half-way, with what was found until then', async () => {
    const source: WorkloadSource = {
      async *list() {
        yield deployment('web');
        throw new Error('410 Gone');
      },
    };
    const { warnings, seen } = await ask('namespaces', relabelled({}, { enforce: 'cpu' }), {
      config,
      workloads: source,
    });
    expect(warnings).toEqual([
      'gracegate in shop: the workloads could not be listed, so what follows may lack some',
      'gracegate enforce=cpu in shop: 1 of 1 workloads would be refused',
      'gracegate enforce=cpu in shop: Deployment web: no CPU request [cpu-request]',
    ]);
    expect(seen).toMatchObject({
      failures: ['counting the workloads of namespace shop'],
      reviews: ['namespaces allow'],
    });
  });

  /** Gives one object, and the others only once time is up. */
  const slow = (after: (signal: AbortSignal) => Json[]): WorkloadSource => ({
    async *list(_namespace, _table, signal) {
      yield deployment('web');
      if (!signal.aborted) {
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
      }
      yield* after(signal);
    },
  });
  const tooMany = Array.from({ length: 10 }, (_, index) => deployment(`late-${index}`));

  it.each<[string, WorkloadSource, number]>([
    ['the source goes on', slow(() => tooMany), 2],
    ['the source ends', slow(() => []), 1],
    [
      'the source fails',
      slow((signal) => {
        throw signal.reason;
      }),
      1,
    ],
  ])('when time is up: %s', async (_name, source, seen) => {
    const context = contextOf({ config, workloads: source });
    const response = await handle('namespaces', relabelled({}, { enforce: 'cpu' }), context, 20);
    expect(response.warnings?.slice(0, 2)).toEqual([
      `gracegate in shop: time was up after ${seen} objects; there may be more than what follows`,
      `gracegate enforce=cpu in shop: ${seen} of ${seen} workloads would be refused`,
    ]);
    expect(context.recorder.seen.failures).toEqual([]);
  });

  it('after half of the time that the API server waits', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    onTestFinished(() => timeout.mockRestore());
    await handle(
      'namespaces',
      relabelled({}, { enforce: 'cpu' }),
      contextOf({ config, workloads: workloads() }),
      3000,
    );
    expect(timeout.mock.calls).toEqual([[1500]]);
  });
});

it('a workload whose template is not there any more does not end the count', async () => {
  const broken = { ...deployment('broken'), spec: {} };
  expect(await count('cpu', [broken, deployment('web')])).toHaveLength(2);
});
