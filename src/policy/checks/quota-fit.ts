import type { Check, Violation, WorkloadSubject } from '../check.ts';
import { objectExample, together, workloadExample } from '../example.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import { podDemand, presentDemand, stageOf } from '../resources/pod-demand.ts';
import { formatQuantity } from '../resources/quantity.ts';
import {
  objectCharge,
  podCharges,
  quotaProblems,
  roomFor,
  usedOf,
  type Charge,
  type UnspecifiedAmounts,
} from '../resources/resource-quota.ts';
import type { ResourceAmounts } from '../resources/resources.ts';
import { isPod } from '../objects/workload-kinds.ts';

const exampleQuota = objectExample(
  'v1',
  'ResourceQuota',
  `
    hard:
      requests.cpu: '2'
      limits.memory: 4Gi
  `,
  'team',
);

const withResources = (resources: string): string =>
  workloadExample(
    `
      containers:
        - name: app
          image: example.com/web:1.0
          resources: ${resources}
    `,
    { spec: 'replicas: 3' },
  );

const nothingUsed: ResourceAmounts = new Map();

/** The pods pass the namespace's ResourceQuotas, as the API server's admission judges them. */
export const quotaFit: Check = {
  id: 'quota-fit',
  title: 'The pods fit the ResourceQuotas',
  rationale:
    'A ResourceQuota refuses pods, not workloads: a Deployment whose pods do not fit is accepted and then has too few pods ' +
    'or none, with nothing to see but a FailedCreate event on its ReplicaSet. A quota of limits.memory also refuses every ' +
    'pod with a container that has no memory limit.',
  symptom:
    'The Deployment shows READY 0/3, and the ReplicaSet has an event FailedCreate: Error creating: pods "web-..." ' +
    'is forbidden: failed quota: team: must specify limits.memory for: app; or: exceeded quota: team, requested: ' +
    'requests.cpu=1, used: requests.cpu=2, limited: requests.cpu=2.',
  remediation:
    'Set on every container and init container what the quota counts, and ask for no more than it has. Or have the quota ' +
    'raised: it bounds the namespace as a whole.',
  source:
    'pkg/quota/v1/evaluator/core/pods.go; staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go',
  topic: 'resources',
  judges: 'workloads',
  needs: ['ResourceQuota', 'HorizontalPodAutoscaler'],
  messages: {
    'must-specify': {
      problem: 'no {resources}, which ResourceQuota {quota} demands of every container',
      advice: '{outcome}, so set {fields}',
    },
    'too-large': {
      problem: 'one pod asks for more than ResourceQuota {quota} has in all: {amounts}',
      advice: '{outcome}, so ask for less or have the quota raised',
    },
    'too-many': {
      problem: 'ResourceQuota {quota} has room for {fit} of {wanted} pods: {amounts}',
      advice: 'the others would be refused, so ask for less, lower {field} or have the quota raised',
    },
    'no-room-left': {
      problem: 'ResourceQuota {quota} has room now for {fitting}: {amounts}',
      advice: 'more are refused until something else goes, so ask for less or have the quota raised',
    },
    'object-count': {
      problem: 'ResourceQuota {quota} has no room for {refused}: {resource} is at {used} of {hard}',
      advice: 'the API server would refuse it, so have the quota raised or remove something',
    },
  },
  parameters: {},
  examples: {
    bad: together(exampleQuota, withResources('{ requests: { cpu: 500m, memory: 1Gi } }')),
    good: together(
      exampleQuota,
      withResources('{ requests: { cpu: 500m, memory: 1Gi }, limits: { memory: 1Gi } }'),
    ),
  },
  evaluate: (subject) =>
    subject.graph
      .objects('ResourceQuota', subject.namespace)
      .flatMap((quota) => [...podViolations(quota, subject), ...countViolations(quota, subject)]),
};

function podViolations(quota: KubeObject, subject: WorkloadSubject): Violation[] {
  const { pod, workload, graph, namespace } = subject;
  const refused = refusals(quota, subject);
  // Where no pod fits at all there is nothing to say of how many do.
  if (refused.length > 0) return refused;

  const demand = podDemand(workload, graph, namespace);
  const charges = podCharges(pod, quota, nothingUsed);
  const tight = charges.filter((charge) => demand !== undefined && roomFor(charge) < demand.pods);
  if (demand !== undefined && tight.length > 0) {
    const { pods: wanted, field, path } = demand;
    const amounts = listAmounts(tight, (charge) => `${taken(charge)} each of ${formatQuantity(charge.hard)}`);
    const values = { quota: quota.name, fit: leastRoom(tight), wanted, field, amounts };
    return [{ check: 'quota-fit', message: 'too-many', root: 'object', path, values }];
  }
  return violationsNow(quota, subject);
}

/** What no pod of this shape gets past, whatever else is in the namespace. */
function refusals(quota: KubeObject, { pod, resourceContainers, ...subject }: WorkloadSubject): Violation[] {
  const problems = quotaProblems(pod, quota, nothingUsed);
  if (problems.length === 0) return [];
  const outcome = outcomeOf(subject);
  const violations: Violation[] = [];
  const exceeded: Charge[] = [];
  for (const problem of problems) {
    if (problem.rule === 'exceeded') {
      exceeded.push(problem);
    } else if (resourceContainers.includes(problem.container)) {
      violations.push(unspecified(problem, quota, outcome));
    }
  }
  if (exceeded.length > 0) {
    const amounts = listAmounts(exceeded, (charge) => `${taken(charge)} of ${formatQuantity(charge.hard)}`);
    violations.push({
      check: 'quota-fit',
      message: 'too-large',
      path: ['spec'],
      values: { quota: quota.name, amounts, outcome },
    });
  }
  return violations;
}

function unspecified(
  { container, resources }: UnspecifiedAmounts,
  quota: KubeObject,
  outcome: string,
): Violation {
  const fields = new Set(
    resources.map((name) => `resources.${name.includes('.') ? name : `requests.${name}`}`),
  );
  return {
    check: 'quota-fit',
    message: 'must-specify',
    container,
    path: [...container.path, 'resources'],
    values: {
      resources: resources.join(', '),
      quota: quota.name,
      outcome,
      fields: [...fields].join(' and '),
    },
  };
}

function outcomeOf({
  workload,
  graph,
  namespace,
}: Pick<WorkloadSubject, 'workload' | 'graph' | 'namespace'>): string {
  if (isPod(workload)) return 'the pod would be refused';
  const { pods = 0 } = podDemand(workload, graph, namespace) ?? {};
  return pods < 2 ? 'no pod would be created' : `0 of ${pods} pods would be created`;
}

/** What is refused because of what is in the namespace already. Only where it can be told which pods are the workload's own. */
function violationsNow(quota: KubeObject, { pod, workload }: WorkloadSubject): Violation[] {
  const demand = presentDemand(workload);
  if (demand === undefined) return [];
  const { pods, present, path } = demand;
  const missing = pods === undefined ? 1 : pods - present;
  const tight = podCharges(pod, quota, usedOf(quota)).filter((charge) => roomFor(charge) < missing);
  if (tight.length === 0) return [];
  const amounts = listAmounts(
    tight,
    (charge) =>
      `${taken(charge)} each where ${formatQuantity(charge.used)} of ${formatQuantity(charge.hard)} is used`,
  );
  const fitting = pods === undefined || pods < 2 ? 'no pod' : `${present + leastRoom(tight)} of ${pods} pods`;
  return [
    {
      check: 'quota-fit',
      message: 'no-room-left',
      ...(isPod(workload) ? {} : { root: 'object' as const }),
      path,
      values: { quota: quota.name, fitting, amounts },
    },
  ];
}

function leastRoom(charges: readonly Charge[]): number {
  return charges.reduce((least, charge) => Math.min(least, roomFor(charge)), Number.POSITIVE_INFINITY);
}

/** A quota may have very many. */
const maxAmounts = 5;

function listAmounts(charges: readonly Charge[], describe: (charge: Charge) => string): string {
  const listed = charges.slice(0, maxAmounts).map(describe).join(', ');
  const rest = charges.length - maxAmounts;
  return rest > 0 ? `${listed} and ${rest} more` : listed;
}

function taken({ resource, requested }: Charge): string {
  return `${resource} ${formatQuantity(requested)}`;
}

/** What a workload makes on its way to pods, by the kind of the workload. */
const intermediates: ReadonlyMap<string, readonly [resource: string, words: string]> = new Map([
  ['apps Deployment', ['replicasets.apps', 'its ReplicaSet']],
  ['batch CronJob', ['jobs.batch', 'its Jobs']],
]);

/** Quotas that count objects: the workload itself, and what it makes besides pods. */
function countViolations(quota: KubeObject, { workload }: WorkloadSubject): Violation[] {
  if (isPod(workload)) return [];
  const { group, kind, resource } = workload.kind;
  const counted: (readonly [string, string, ResourceAmounts])[] = [];
  const stage = stageOf(workload);
  if (stage !== 'stored') {
    // What is written in a file may be there already, and counted.
    const used = stage === 'created' ? usedOf(quota) : nothingUsed;
    counted.push([group === '' ? resource : `${resource}.${group}`, `this ${kind}`, used]);
  }
  const intermediate = intermediates.get(`${group} ${kind}`);
  if (intermediate !== undefined) counted.push([...intermediate, nothingUsed]);
  return counted.flatMap(([name, refused, used]) => {
    const charge = objectCharge(quota, name, used);
    return charge === undefined || roomFor(charge) > 0 ? [] : [tooManyObjects(charge, refused, quota)];
  });
}

function tooManyObjects({ resource, used, hard }: Charge, refused: string, quota: KubeObject): Violation {
  return {
    check: 'quota-fit',
    message: 'object-count',
    root: 'object',
    path: ['metadata', 'name'],
    values: {
      quota: quota.name,
      refused,
      resource,
      used: formatQuantity(used),
      hard: formatQuantity(hard),
    },
  };
}
