import type { ObjectCheck, ObjectSubject, Violation } from '../check.ts';
import { countsByScale, disruptionsAllowed, writtenBudget } from '../scaling/disruption.ts';
import { objectExample, together, workloadExample } from '../example.ts';
import type { GraphWorkload } from '../graph.ts';
import { scaledValue } from '../objects/int-or-percent.ts';
import { asObject, type Path } from '../json.ts';
import { controllerUid, specOf, type KubeObject } from '../objects/kube-object.ts';
import { countedBy, countsOthers, otherBudgetOf } from '../objects/relations.ts';
import { expectedReplicas, type Replicas } from '../scaling/replicas.ts';
import { isPod } from '../objects/workload-kinds.ts';

const withBudget = (budget: string): string =>
  together(
    workloadExample(
      `
        containers:
          - name: app
            image: example.com/web:1.0
      `,
      { spec: 'replicas: 2' },
    ),
    objectExample(
      'policy/v1',
      'PodDisruptionBudget',
      `
        ${budget}
        selector:
          matchLabels:
            app: web
      `,
    ),
  );

const drainAdvice = 'a drain would wait for ever, set maxUnavailable to 1 instead';

/**
 * A PodDisruptionBudget lets pods be evicted one after the other. What rests on other objects never denies at admission
 * (`absence`): they may be about to change in the same apply.
 */
export const pdbBlocks: ObjectCheck = {
  id: 'pdb-blocks',
  title: 'PodDisruptionBudgets let pods be evicted',
  rationale:
    'A drain evicts pods and waits as long as a PodDisruptionBudget refuses. One that never allows an eviction stops every ' +
    'upgrade of the nodes and every scale-down by the cluster autoscaler, until somebody deletes pods by hand or a time limit ' +
    'kills them without any care.',
  symptom:
    'A drain does not end; kubectl repeats: error when evicting pods/"web-..." -n "shop" (will retry after 5s): Cannot evict ' +
    "pod as it would violate the pod's disruption budget. In kubectl get pdb ALLOWED DISRUPTIONS is 0. With a version that is " +
    'gone kubectl apply fails: no matches for kind "PodDisruptionBudget" in version "policy/v1beta1".',
  remediation:
    'Write it as policy/v1 with maxUnavailable 1, which fits any number of replicas, and run at least 2 where the pods are to ' +
    'stay available.',
  source: 'pkg/controller/disruption/disruption.go; pkg/registry/core/pod/storage/eviction.go',
  topic: 'scaling',
  judges: ['PodDisruptionBudget'],
  needs: ['workloads', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'],
  messages: {
    'removed-version': {
      problem: 'policy/v1beta1 is not served since Kubernetes 1.25',
      advice: 'it cannot be applied and protects nothing, write it as policy/v1',
    },
    'no-numbers': {
      problem: 'neither minAvailable nor maxUnavailable is set, which allows no eviction',
      advice: 'a drain would wait for ever, set maxUnavailable to 1',
    },
    'nothing-unavailable': {
      problem: 'maxUnavailable {value} allows no eviction',
      advice: 'a drain would wait for ever, set it to 1',
    },
    'all-available': { problem: 'minAvailable {value} allows no eviction', advice: drainAdvice },
    'too-few-pods': {
      problem: 'minAvailable {value} allows no eviction, because it counts {pods} of {workload}',
      advice: drainAdvice,
      absence: true,
    },
    'too-few-scaled-down': {
      problem: 'minAvailable {value} allows no eviction when {autoscaler} has scaled down to {pods}',
      advice: drainAdvice,
      absence: true,
    },
    'no-scale': {
      problem: '{workload} has no scale, so that {field} cannot be counted and no eviction is allowed',
      advice: 'set minAvailable to a number of pods, or leave these pods out of the selector',
      absence: true,
    },
    'no-controller': {
      problem:
        'only pods without a controller are selected, so that {field} cannot be counted and allows no eviction',
      advice: 'set minAvailable to a number of pods, or let a Deployment make the pods',
      absence: true,
    },
    'two-budgets': {
      problem: 'PodDisruptionBudget {other} selects the pods of {workload} as well',
      advice: 'the API refuses to evict a pod that has two budgets, keep one of them',
      absence: true,
    },
    'selects-nothing': {
      problem: 'its selector selects the pods of no workload that was read in namespace {namespace}',
      advice: 'it would protect nothing, compare it with the labels of the pod template',
      // Whose pods they are may be known elsewhere, and meanwhile nothing is blocked.
      atMost: 'warn',
    },
  },
  parameters: {},
  examples: { bad: withBudget('minAvailable: 2'), good: withBudget('maxUnavailable: 1') },
  evaluate(subject) {
    const { object } = subject;
    const { maxUnavailable, minAvailable } = writtenBudget(specOf(object));
    // Only files have it.
    const removed =
      object.object['apiVersion'] === 'policy/v1beta1' ? [violation('removed-version', ['apiVersion'])] : [];
    // The API server refuses both together.
    if (maxUnavailable !== undefined && minAvailable !== undefined) return removed;
    const own = ownProblem(object);
    return [...removed, ...(subject.graph.knows('workloads') ? problemsAround(subject, own) : present(own))];
  },
};

function present(...problems: readonly (Violation | undefined)[]): Violation[] {
  return problems.filter((problem) => problem !== undefined);
}

function violation(message: string, path: Path, values: NonNullable<Violation['values']> = {}): Violation {
  return { check: 'pdb-blocks', message, path, values };
}

/** What the object itself says, whatever it selects. */
function ownProblem(budget: KubeObject): Violation | undefined {
  const { maxUnavailable, minAvailable } = writtenBudget(specOf(budget));
  if (maxUnavailable !== undefined) {
    // Of any number of pods, because shares are rounded up.
    return scaledValue(maxUnavailable, 100, 'up') === 0
      ? violation('nothing-unavailable', ['spec', 'maxUnavailable'], { value: maxUnavailable })
      : undefined;
  }
  if (minAvailable === undefined) return violation('no-numbers', ['spec']);
  return typeof minAvailable === 'string' && (scaledValue(minAvailable, 100, 'up') ?? 0) >= 100
    ? violation('all-available', ['spec', 'minAvailable'], { value: minAvailable })
    : undefined;
}

function problemsAround(subject: ObjectSubject, own: Violation | undefined): Violation[] {
  const { object, graph, namespace } = subject;
  const counted = countedBy(graph, object, namespace).filter(isNotOver);
  if (counted.length === 0) {
    // An operator's budget is about pods that the operator makes, which are not known here.
    const isControlled = controllerUid(asObject(object.object['metadata'])) !== undefined;
    if (isControlled || !graph.knows('Pod') || countsOthers(graph, object, namespace)) return present(own);
    return present(own, violation('selects-nothing', ['spec', 'selector'], { namespace }));
  }
  const around = uncountable(object, counted);
  const room = around === undefined ? roomIn(subject, counted) : undefined;
  // Where a controller has no scale, no other numbers would help. Pods without a controller may leave room that the budget
  // itself does not.
  const asksAround = own === undefined || around?.message === 'no-scale';
  const blocking = asksAround ? (around ?? tooFew(object, counted, room)) : withoutRoom(own, room);
  return present(blocking, secondBudget(subject, counted));
}

const withoutRoom = (own: Violation, room: Room | undefined): Violation | undefined =>
  room === undefined || room.allowed === 0 ? own : undefined;

/** A pod that has ended is evicted whatever the budget says. */
function isNotOver({ workload }: GraphWorkload): boolean {
  const phase = asObject(workload.object['status'])['phase'];
  return !isPod(workload) || (phase !== 'Succeeded' && phase !== 'Failed');
}

const withoutScale = new Set(['DaemonSet', 'Job', 'CronJob']);

/** One pod whose controller has no scale is enough: the controller gives up, and nothing is allowed any more. */
function uncountable(budget: KubeObject, counted: readonly GraphWorkload[]): Violation | undefined {
  const spec = specOf(budget);
  if (!countsByScale(spec)) return undefined;
  const isShare = writtenBudget(spec).maxUnavailable === undefined;
  const field = isShare ? 'a percentage' : 'maxUnavailable';
  const path = ['spec', isShare ? 'minAvailable' : 'maxUnavailable'];
  const found = counted.find(
    ({ workload: { kind } }) => ['apps', 'batch'].includes(kind.group) && withoutScale.has(kind.kind),
  );
  if (found !== undefined) return violation('no-scale', path, { field, workload: nameOf(found) });
  return counted.every(({ workload }) => isPod(workload))
    ? violation('no-controller', path, { field })
    : undefined;
}

/** What a budget allows with the fewest pods that there are while all is well. */
interface Room {
  readonly pods: number;
  readonly allowed: number;
  readonly autoscaler: KubeObject | undefined;
}

function roomIn(
  { object, graph, namespace }: ObjectSubject,
  counted: readonly GraphWorkload[],
): Room | undefined {
  if (!graph.knows('HorizontalPodAutoscaler')) return undefined;
  const spec = specOf(object);
  let [pods, expected] = [0, 0];
  let autoscaler: KubeObject | undefined;
  for (const { workload } of counted) {
    const replicas = isPod(workload) ? single : expectedReplicas(workload, graph, namespace);
    // As many pods as there are nodes, or as a custom kind thinks fit.
    if (replicas === undefined) return undefined;
    // An autoscaler that goes down to 0 comes by 1 on its way.
    const fewest = replicas.max === 0 ? 0 : Math.max(1, replicas.min);
    pods += fewest;
    // Where the scale counts, a pod without a controller is healthy without being expected.
    if (!countsByScale(spec) || !isPod(workload)) expected += fewest;
    autoscaler ??= replicas.autoscaler;
  }
  const allowed = disruptionsAllowed(spec, expected, pods);
  return pods === 0 || allowed === undefined ? undefined : { pods, allowed, autoscaler };
}

function tooFew(
  budget: KubeObject,
  counted: readonly GraphWorkload[],
  room: Room | undefined,
): Violation | undefined {
  if (room === undefined || room.allowed > 0) return undefined;
  const { pods, autoscaler } = room;
  const [first] = counted;
  const values = {
    value: writtenBudget(specOf(budget)).minAvailable ?? '',
    pods: pods === 1 ? '1 pod' : `${pods} pods`,
    workload: first === undefined || counted.length > 1 ? `${counted.length} workloads` : nameOf(first),
    ...(autoscaler && { autoscaler: `HorizontalPodAutoscaler ${autoscaler.name}` }),
  };
  const message = autoscaler === undefined ? 'too-few-pods' : 'too-few-scaled-down';
  return violation(message, ['spec', 'minAvailable'], values);
}

const single: Replicas = { min: 1, max: 1, autoscaler: undefined };

function secondBudget(
  { object, graph, namespace }: ObjectSubject,
  counted: readonly GraphWorkload[],
): Violation | undefined {
  for (const one of counted) {
    const other = otherBudgetOf(graph, one.pod, namespace, object);
    if (other !== undefined) {
      return violation('two-budgets', ['spec', 'selector'], { other: other.name, workload: nameOf(one) });
    }
  }
  return undefined;
}

function nameOf({ workload }: GraphWorkload): string {
  return `${workload.kind.kind} ${workload.name}`;
}
