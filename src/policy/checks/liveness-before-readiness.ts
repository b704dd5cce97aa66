import type { Check, Violation } from '../check.ts';
import { workloadExample } from '../example.ts';
import { earliestKill, firstReadinessProbe, sameProbe } from '../probes/probe-timing.ts';
import { probeOf, type ContainerView, type ProbeName } from '../objects/view.ts';

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
  const kill = earliestKill(container);
  const ready = firstReadinessProbe(container);
  if (kill === undefined || kill >= ready) return [];
  const killer = killerOf(container);
  if (killer === undefined) return [];
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

/**
 * Which probe kills first. A startup probe that asks something else than readiness is the author's own word on how long the
 * start lasts, and the delay of readiness is then about what comes after it (a cache to warm), so there is nothing to say.
 */
function killerOf(container: ContainerView): ProbeName | undefined {
  const startup = probeOf(container, 'startupProbe');
  if (startup === undefined) return 'livenessProbe';
  const readiness = probeOf(container, 'readinessProbe');
  return readiness !== undefined && sameProbe(startup, readiness, container) ? 'startupProbe' : undefined;
}
