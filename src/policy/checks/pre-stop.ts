import type { Check, Violation } from '../check.ts';
import { workloadExample } from '../example.ts';
import { leastDrainSeconds } from '../stopping/grace.ts';
import { preStopAction } from '../stopping/pre-stop-action.ts';
import { declaresPorts, longestPreStopSleep, preStopSleepSeconds } from '../stopping/pre-stop.ts';
import type { ContainerView } from '../objects/view.ts';

/** What the advice names as an example; the last as what an application has by default where no hook sleeps. */
const exampleSleepSeconds = 15;
const usualDrainSeconds = 30;

/** Every serving app container has a preStop hook that runs, so that endpoints are gone before SIGTERM. */
export const preStop: Check = {
  id: 'pre-stop',
  title: 'Serving containers have a preStop hook that runs',
  rationale:
    'Endpoint removal and SIGTERM start at the same moment and race. Until every proxy and load balancer has heard of ' +
    'the removal, requests still arrive at a process that has begun to stop. A preStop hook that waits lets the removal win.',
  symptom:
    'Errors such as "connect: connection refused" and 502 for a second or more at each roll-out, each scale-down and each ' +
    'drain of a node, while the log of the application shows nothing but a normal stop.',
  remediation:
    'Add a preStop hook that sleeps until the endpoint is gone everywhere, 5 to 15 s in a cluster and more behind a cloud ' +
    'load balancer, within a terminationGracePeriodSeconds that covers it; or label the namespace gracegate.dev/mutate, and ' +
    'Gracegate adds it.',
  source:
    'pkg/kubelet/kuberuntime/kuberuntime_container.go, killContainer; pkg/kubelet/lifecycle/handlers.go; KEP-3960',
  topic: 'stopping',
  judges: 'workloads',
  messages: {
    missing: {
      problem: 'no preStop hook',
      advice:
        'requests would still arrive after SIGTERM, set lifecycle.preStop.sleep.seconds, for example {example}',
    },
    'tcp-socket': {
      problem: 'preStop is a tcpSocket, which the kubelet never runs',
      advice: 'set lifecycle.preStop.sleep.seconds instead, for example {example}',
    },
    'no-delay': {
      problem: 'preStop sleeps 0 s',
      advice:
        'requests would still arrive after SIGTERM, set lifecycle.preStop.sleep.seconds, for example {example}',
    },
    'too-short': {
      problem: 'preStop sleeps {sleep} s',
      advice: 'the removal of the endpoint is given at least {minSeconds} s here',
    },
    'never-runs': {
      problem: 'preStop never runs, because terminationGracePeriodSeconds is 0',
      advice: 'set a grace period that covers the hook and the time to drain',
    },
  },
  parameters: {
    minSeconds: {
      type: 'integer',
      description:
        'Seconds that a hook must sleep at least, where it can be told how long it does. 0: it must be there.',
      default: 0,
      minimum: 0,
      maximum: 3600,
    },
    containers: {
      type: 'string',
      description: 'all: every serving container; with-ports: only those that declare ports.',
      default: 'all',
      enum: ['all', 'with-ports'],
    },
  },
  examples: {
    bad: workloadExample(`
      containers:
        - name: app
          image: example.com/web:1.0
          lifecycle:
            preStop:
              tcpSocket:
                port: 8080
    `),
    good: workloadExample(`
      terminationGracePeriodSeconds: 45
      containers:
        - name: app
          image: example.com/web:1.0
          lifecycle:
            preStop:
              sleep:
                seconds: 15
    `),
  },
  evaluate({ pod, servingContainers }, parameters) {
    const minSeconds = Number(parameters['minSeconds'] ?? 0);
    const needsPorts = parameters['containers'] === 'with-ports';
    const example = exampleFor(pod.gracePeriodSeconds, minSeconds, longestPreStopSleep(servingContainers));
    const violations: Violation[] = [];
    for (const container of servingContainers) {
      // A sidecar stops after the app containers anyway (KEP-753).
      if (container.class !== 'app') continue;
      if (needsPorts && !declaresPorts(container)) continue;
      const message = problemWith(container, pod.gracePeriodSeconds, minSeconds);
      if (message === undefined) continue;
      violations.push({
        check: 'pre-stop',
        message,
        container,
        path:
          message === 'never-runs'
            ? ['spec', 'terminationGracePeriodSeconds']
            : [...container.path, 'lifecycle', 'preStop'],
        values: { minSeconds, sleep: preStopSleepSeconds(container), example },
      });
    }
    return violations;
  },
};

/**
 * `15`, or `15 with terminationGracePeriodSeconds 45` where the pod's own grace period is too short for it: the API server
 * refuses a sleep that is longer than it, and the check grace-period one that leaves no time to drain.
 */
function exampleFor(graceSeconds: number, minSeconds: number, longestSleep: number): string {
  const seconds = Math.max(exampleSleepSeconds, minSeconds);
  const longest = Math.max(seconds, Math.ceil(longestSleep));
  if (graceSeconds >= longest + leastDrainSeconds) return String(seconds);
  return `${seconds} with terminationGracePeriodSeconds ${longest + usualDrainSeconds}`;
}

function problemWith(container: ContainerView, graceSeconds: number, minSeconds: number): string | undefined {
  const action = preStopAction(container);
  if (action === 'none') return 'missing';
  if (action === 'tcpSocket') return 'tcp-socket';
  // A negative one becomes 1 s.
  if (graceSeconds === 0) return 'never-runs';
  const sleep = preStopSleepSeconds(container);
  // What is not known to sleep may do anything, and all that can be asked of it is to be there.
  if (sleep === 0) return action === 'sleep' ? 'no-delay' : undefined;
  return sleep < minSeconds ? 'too-short' : undefined;
}
