import { longestDeregistration } from '../wiring/aws-targets.ts';
import type { Check, WorkloadSubject } from '../check.ts';
import { objectExample, together, workloadExample } from '../example.ts';
import { leastDrainSeconds } from '../stopping/grace.ts';
import { isOpaquePreStop } from '../stopping/pre-stop-action.ts';
import { preStopSleepSeconds } from '../stopping/pre-stop.ts';

const behindBalancer = (graceSeconds: number): string =>
  together(
    workloadExample(`
      terminationGracePeriodSeconds: ${graceSeconds}
      containers:
        - name: app
          image: example.com/web:1.0
          lifecycle:
            preStop:
              sleep:
                seconds: 20
    `),
    objectExample(
      'v1',
      'Service',
      `
        selector:
          app: web
        ports:
          - port: 80
            targetPort: 8080
      `,
    ),
    `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/target-group-attributes: deregistration_delay.timeout_seconds=60
spec:
  ingressClassName: alb
  defaultBackend:
    service:
      name: web
      port:
        number: 80
`,
  );

/**
 * A pod is not killed while an AWS load balancer still waits for its answers. A balancer sends no new requests to a target
 * that is being deregistered, so an application that drains needs no preStop sleep as long as the delay; but one that is
 * killed within the delay cuts off what the balancer was told to wait for. Hence the grace period is what counts.
 */
export const deregistrationDelay: Check = {
  id: 'deregistration-delay',
  title: 'Pods outlive the deregistration delay of their AWS load balancer',
  rationale:
    'With targets of type ip an Application or Network Load Balancer talks to the pod itself. When the pod begins to stop, the ' +
    'balancer deregisters it and keeps open connections for the deregistration delay. A pod that is gone before cuts them.',
  symptom:
    'Clients of an Application Load Balancer get 502 or 504 at each roll-out (HTTPCode_ELB_5XX_Count rises, the target is ' +
    'draining); those of a Network Load Balancer see connections reset.',
  remediation:
    'Set deregistration_delay.timeout_seconds to what the longest request needs, and terminationGracePeriodSeconds above it.',
  source:
    'docs.aws.amazon.com/elasticloadbalancing/latest/application, deregistration delay; ' +
    'kubernetes-sigs.github.io/aws-load-balancer-controller, target-group-attributes',
  topic: 'stopping',
  judges: 'workloads',
  needs: ['Service', 'Ingress'],
  messages: {
    'grace-too-short': {
      problem:
        'terminationGracePeriodSeconds is {grace}, and {balancer} keeps connections to a stopping pod for {delay} s',
      advice:
        'clients would get 5xx or resets, set a grace period of at least {delay} or deregistration_delay.timeout_seconds to less',
      absence: true,
    },
    'sleep-too-short': {
      problem: 'preStop sleeps {sleep} s, and {balancer} keeps connections to a stopping pod for {delay} s',
      advice:
        'an application that ends at SIGTERM cuts them, sleep at least {delay} s in a grace period of at least {needed} ' +
        'or set deregistration_delay.timeout_seconds to less',
      absence: true,
    },
  },
  parameters: {
    compare: {
      type: 'string',
      description:
        'What must last as long as the delay. grace: the grace period, for applications that drain after SIGTERM; sleep: ' +
        'the preStop sleep too, for applications that end at SIGTERM.',
      default: 'grace',
      enum: ['grace', 'sleep'],
    },
    assumedSeconds: {
      type: 'integer',
      description:
        'The delay in seconds where no annotation says it; AWS itself takes 300. 0: nothing is asked there.',
      default: 0,
      minimum: 0,
      maximum: 3600,
    },
  },
  examples: { bad: behindBalancer(45), good: behindBalancer(70) },
  evaluate(subject, parameters) {
    const { graph, pod, namespace, servingContainers } = subject;
    if (servingContainers.length === 0) return [];
    const assumed = Number(parameters['assumedSeconds'] ?? 0);
    const longest = longestDeregistration(graph, pod, namespace, assumed);
    if (longest === undefined) return [];
    const grace = pod.gracePeriodSeconds;
    const needed = Math.ceil(longest.delay) + leastDrainSeconds;
    const values = { ...longest, grace, sleep: longestSleep(subject), needed };
    let message: string;
    if (grace < longest.delay) message = 'grace-too-short';
    else if (parameters['compare'] === 'sleep' && values.sleep < longest.delay) message = 'sleep-too-short';
    else return [];
    return [
      { check: 'deregistration-delay', message, path: ['spec', 'terminationGracePeriodSeconds'], values },
    ];
  },
};

/** Hooks start together, so the longest keeps the pod; one that nobody can tell the length of may last for ever. */
function longestSleep({ servingContainers }: WorkloadSubject): number {
  let longest = 0;
  for (const container of servingContainers) {
    const seconds = isOpaquePreStop(container) ? Number.POSITIVE_INFINITY : preStopSleepSeconds(container);
    longest = Math.max(longest, seconds);
  }
  return longest;
}
