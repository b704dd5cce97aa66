import type { Check, Violation, WorkloadSubject } from '../check.ts';
import { objectExample, together, workloadExample } from '../example.ts';
import { asString, isObject } from '../json.ts';
import { specOf, type KubeObject } from '../objects/kube-object.ts';
import { matchesLabels } from '../objects/label-selector.ts';
import { objectsNamed, servicesOf } from '../objects/relations.ts';

const statefulSet = workloadExample(
  `
    containers:
      - name: app
        image: example.com/db:1.0
  `,
  { kind: 'StatefulSet', name: 'db', spec: 'serviceName: db' },
);

const serviceWith = (clusterIp: string): string =>
  objectExample(
    'v1',
    'Service',
    `
      ${clusterIp}
      selector:
        app: db
      ports:
        - name: db
          port: 5432
    `,
    'db',
  );

/** The Service that a StatefulSet names is there, is headless, and selects its pods. */
export const headlessService: Check = {
  id: 'headless-service',
  title: 'A StatefulSet names a headless Service of its own',
  rationale:
    'The pods of a StatefulSet get DNS names of their own (db-0.db) from the headless Service that serviceName names. The API ' +
    'server checks nothing of it, and serviceName cannot be changed later.',
  symptom:
    'All pods are Ready, and members do not find each other: lookup db-0.db: no such host. Or a client that wants a certain ' +
    'member reaches any of them, because the name leads to a virtual IP.',
  remediation:
    'Create a Service with that name and clusterIP: None whose selector matches the labels of the pods. clusterIP cannot be ' +
    'changed: delete the Service and create it anew.',
  source: 'kubernetes.io/docs/concepts/workloads/controllers/statefulset, Stable Network ID',
  topic: 'wiring',
  judges: 'workloads',
  needs: ['Service'],
  messages: {
    absent: {
      problem: 'serviceName names Service {service}, which is not there',
      advice: 'create it with clusterIP None, or the pods have no DNS names of their own',
      absence: true,
    },
    'not-headless': {
      problem: 'serviceName names Service {service}, which is not headless',
      advice: 'its name leads to a virtual IP instead of the pods, so create one with clusterIP None',
      absence: true,
    },
    'other-pods': {
      problem: 'serviceName names Service {service}, whose selector does not match the labels of the pods',
      advice: 'the pods have no DNS names of their own, so mend the selector',
      absence: true,
    },
    unnamed: {
      problem: 'headless Service {service} selects its pods, and there is no serviceName',
      advice: 'the pods have no DNS names of their own, so set serviceName',
      absence: true,
    },
  },
  parameters: {},
  examples: {
    bad: together(serviceWith('type: ClusterIP'), statefulSet),
    good: together(serviceWith('clusterIP: None'), statefulSet),
  },
  evaluate(subject) {
    const { workload, namespace, graph } = subject;
    const { group, kind } = workload.kind;
    if (kind !== 'StatefulSet' || group !== 'apps' || workload.controlled || !graph.knows('Service'))
      return [];
    const name = asString(specOf(workload)['serviceName']) ?? '';
    if (name === '') return unnamed(subject);
    const [named] = objectsNamed(graph, 'Service', namespace, name);
    const message = named === undefined ? 'absent' : mistakeOf(named, subject);
    return message === undefined ? [] : [violation(message, name)];
  },
};

/** A Service without a selector has endpoints that somebody else writes. */
function mistakeOf(named: KubeObject, { pod }: WorkloadSubject): 'not-headless' | 'other-pods' | undefined {
  if (!isHeadless(named)) return 'not-headless';
  const { selector } = specOf(named);
  if (!isObject(selector) || Object.keys(selector).length === 0) return undefined;
  return matchesLabels(selector, pod.labels) ? undefined : 'other-pods';
}

/**
 * serviceName is optional, and a StatefulSet that nobody connects to needs none (kubernetes/kubernetes#69608). But where a
 * headless Service selects its pods, somebody means to connect to them.
 */
function unnamed({ graph, pod, namespace }: WorkloadSubject): Violation[] {
  const meant = servicesOf(graph, pod, namespace).find(isHeadless);
  return meant === undefined ? [] : [violation('unnamed', meant.name)];
}

const isHeadless = (candidate: KubeObject): boolean => specOf(candidate)['clusterIP'] === 'None';

function violation(message: string, service: string): Violation {
  return {
    check: 'headless-service',
    message,
    root: 'object',
    path: ['spec', 'serviceName'],
    values: { service },
  };
}
