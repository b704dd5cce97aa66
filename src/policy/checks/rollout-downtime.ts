import type { Check, Violation, WorkloadSubject } from '../check.ts';
import { workloadExample } from '../example.ts';
import { scaledValue } from '../objects/int-or-percent.ts';
import { asNumber, asObject, type Json, type JsonObject, type Path } from '../json.ts';
import { specOf } from '../objects/kube-object.ts';
import { expectedReplicas, replicasAlone, type Replicas } from '../scaling/replicas.ts';
import { mountsClaim } from '../scaling/single-place.ts';
import type { PodView } from '../objects/view.ts';

const withStrategy = (strategy: string): string =>
  workloadExample(
    `
      containers:
        - name: app
          image: example.com/web:1.0
    `,
    { spec: `replicas: 2\n${strategy}` },
  );

/** A roll-out leaves pods that serve. */
export const rolloutDowntime: Check = {
  id: 'rollout-downtime',
  title: 'Roll-outs keep pods running',
  rationale:
    'Recreate, and a maxUnavailable that is as large as the number of replicas, let a roll-out stop every old pod before a new ' +
    'one is Ready. Each release is an outage, and one that lasts if the new pods do not start.',
  symptom:
    'During kubectl rollout status the Deployment shows READY 0/2 and its condition Available is False ' +
    '(MinimumReplicasUnavailable, Deployment does not have minimum availability); clients get 503.',
  remediation:
    'Use RollingUpdate with maxUnavailable 0 and maxSurge 1 or 25%, and with more than one replica the defaults (25% each).',
  source:
    'pkg/controller/deployment/util/deployment_util.go, ResolveFenceposts; pkg/controller/deployment/recreate.go',
  topic: 'scaling',
  judges: 'workloads',
  needs: ['HorizontalPodAutoscaler'],
  messages: {
    recreate: {
      problem: 'strategy Recreate stops all pods before it starts new ones',
      advice: 'each roll-out is an outage, use RollingUpdate',
    },
    everything: {
      problem: 'maxUnavailable {maxUnavailable} lets a roll-out stop all pods at once',
      advice: 'each roll-out may be an outage, set it to less, for example 25%',
    },
    'too-many': {
      problem: 'a roll-out may stop {unavailable} of {replicas} replicas at once',
      advice: 'each roll-out may be an outage, set maxUnavailable to less than that',
      // An autoscaler that is applied a moment later may raise the number.
      absence: true,
    },
    'only-replica': {
      problem: 'a roll-out stops the only replica before the new one is Ready',
      advice: 'each roll-out is an outage, set maxUnavailable to 0 and maxSurge to 1',
      absence: true,
    },
  },
  parameters: {},
  examples: {
    bad: withStrategy('strategy:\n  type: Recreate'),
    good: withStrategy(
      'strategy:\n  type: RollingUpdate\n  rollingUpdate:\n    maxUnavailable: 0\n    maxSurge: 1',
    ),
  },
  evaluate(subject) {
    const { workload } = subject;
    if (workload.controlled || workload.kind.group !== 'apps') return [];
    const outage = outageOf(subject);
    return outage === undefined ? [] : [{ check: 'rollout-downtime', root: 'object', ...outage }];
  },
};

type Outage = Pick<Violation, 'message' | 'path' | 'values'>;

function outageOf(subject: WorkloadSubject): Outage | undefined {
  const { workload, graph, namespace } = subject;
  const spec = specOf(workload);
  if (workload.kind.kind === 'DaemonSet') return daemonSetOutage(spec);
  const isScaleKnown = graph.knows('HorizontalPodAutoscaler');
  const replicas = isScaleKnown ? expectedReplicas(workload, graph, namespace) : replicasAlone(workload);
  // What is at 0 serves nobody.
  if (replicas === undefined || replicas.max === 0) return undefined;
  if (workload.kind.kind === 'Deployment') return deploymentOutage(spec, replicas, subject.pod, isScaleKnown);
  return workload.kind.kind === 'StatefulSet' ? statefulSetOutage(spec, replicas, isScaleKnown) : undefined;
}

function deploymentOutage(
  spec: JsonObject,
  replicas: Replicas,
  pod: PodView,
  isScaleKnown: boolean,
): Outage | undefined {
  // A volume that one node at a time may mount leaves no choice: the new pod could not start beside the old one.
  if (replicas.max === 1 && mountsClaim(pod)) return undefined;
  const strategy = asObject(spec['strategy']);
  if (strategy['type'] === 'Recreate') return { message: 'recreate', path: ['spec', 'strategy', 'type'] };
  const rolling = asObject(strategy['rollingUpdate']);
  const path = ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'];
  const maxUnavailable = rolling['maxUnavailable'] ?? '25%';
  if (isEverything(maxUnavailable)) return everything(maxUnavailable, path);
  if (!isScaleKnown) return undefined;
  // At its fewest replicas a share is rounded down, and a number is the largest share.
  const fewest = Math.max(1, replicas.min);
  const surge = scaledValue(rolling['maxSurge'] ?? '25%', fewest, 'up');
  let unavailable = scaledValue(maxUnavailable, fewest, 'down');
  // Where both come to 0, one pod is stopped.
  if (surge === 0 && unavailable === 0) unavailable = 1;
  if (unavailable === undefined || unavailable < fewest) return undefined;
  return fewest === 1 ? { message: 'only-replica', path } : tooMany(fewest, path);
}

/** One replica is left in peace: a StatefulSet has no surge, so there is nothing that its author could write. */
function statefulSetOutage(
  spec: JsonObject,
  { min, max }: Replicas,
  isScaleKnown: boolean,
): Outage | undefined {
  const strategy = asObject(spec['updateStrategy']);
  const rolling = asObject(strategy['rollingUpdate']);
  // Below the partition the old pods stay.
  if (strategy['type'] === 'OnDelete' || (asNumber(rolling['partition']) ?? 0) > 0 || max < 2)
    return undefined;
  const path = ['spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable'];
  const maxUnavailable = rolling['maxUnavailable'] ?? 1;
  if (isEverything(maxUnavailable)) return everything(maxUnavailable, path);
  const unavailable = scaledValue(maxUnavailable, min, 'down');
  if (!isScaleKnown || min < 2 || unavailable === undefined || unavailable < min) return undefined;
  return tooMany(min, path);
}

/** How many nodes there are is not known, so only a share says enough. */
function daemonSetOutage(spec: JsonObject): Outage | undefined {
  const strategy = asObject(spec['updateStrategy']);
  if (strategy['type'] === 'OnDelete') return undefined;
  const maxUnavailable = asObject(strategy['rollingUpdate'])['maxUnavailable'];
  if (!isEverything(maxUnavailable)) return undefined;
  return everything(maxUnavailable, ['spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable']);
}

function isEverything(maxUnavailable: Json | undefined): maxUnavailable is string {
  return typeof maxUnavailable === 'string' && (scaledValue(maxUnavailable, 100, 'down') ?? 0) >= 100;
}

function everything(maxUnavailable: string, path: Path): Outage {
  return { message: 'everything', path, values: { maxUnavailable } };
}

function tooMany(replicas: number, path: Path): Outage {
  return { message: 'too-many', path, values: { unavailable: replicas, replicas } };
}
