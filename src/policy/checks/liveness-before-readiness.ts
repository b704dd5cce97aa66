import type { Check, Violation } from '../check.ts';
import { workloadExample } from '../example.ts';
import { restartLoop } from '../probes/restart-loop.ts';
import type { ContainerView } from '../objects/view.ts';

const withDelay = (seconds: number): string =>
  workloadExample(`
    containers:
      - name: app
        image: example.com/web:1.0
        readinessProbe:
          httpGet:
            path: /ready
            port: 8080
          initialDelaySeconds: 60
        livenessProbe:
          httpGet:
            path: /live
            port: 8080
          initialDelaySeconds: ${seconds}
          periodSeconds: 5
          failureThreshold: 3
  `);

/** Nothing kills a starting container before readiness is even asked. */
export const livenessBeforeReadiness: Check = {
  id: 'liveness-before-readiness',
  title: 'Nothing kills a container before it can be ready',
  rationale:
    'The delay of the readiness probe is how long the author takes the start to last. A liveness probe that gives up ' +
    'earlier kills the container while it starts, and the next one too, so it never serves.',
  symptom:
    'READY stays 0/1 while RESTARTS grows, then CrashLoopBackOff; kubectl describe pod shows Liveness probe failed: ... ' +
    'connect: connection refused, and Container app failed liveness probe, will be restarted.',
  remediation:
    'Add a startupProbe whose failureThreshold times periodSeconds is longer than the slowest start, or let the liveness ' +
    'probe begin after readiness, with a higher initialDelaySeconds or failureThreshold.',
  source: 'pkg/kubelet/prober/worker.go, doProbe',
  topic: 'starting',
  judges: 'workloads',
  messages: {
    liveness: {
      problem: 'liveness may kill it {kill} s after its start, and readiness is not asked before {ready} s',
      advice: 'add a startup probe, or a higher initialDelaySeconds',
    },
    startup: {
      problem:
        'the startup probe may kill it {kill} s after its start, and readiness asks the same not before {ready} s',
      advice: 'raise failureThreshold of the startup probe, or lower initialDelaySeconds of readiness',
    },
  },
  parameters: {},
  examples: { bad: withDelay(5), good: withDelay(60) },
  evaluate: ({ servingContainers }) => servingContainers.flatMap(loopOf),
};

function loopOf(container: ContainerView): Violation[] {
  const loop = restartLoop(container);
  if (loop === undefined) return [];
  const { killer, kill, ready } = loop;
  return [
    {
      check: 'liveness-before-readiness',
      message: killer === 'startupProbe' ? 'startup' : 'liveness',
      container,
      path: [...container.path, killer],
      values: { kill, ready },
    },
  ];
}
