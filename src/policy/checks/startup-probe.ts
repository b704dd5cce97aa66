import type { Check, Violation } from '../check.ts';
import { workloadExample } from '../example.ts';
import { asNumber } from '../json.ts';
import { probeOf } from '../objects/view.ts';

const defaultMaxInitialDelaySeconds = 60;

const liveness = `
    containers:
      - name: app
        image: example.com/web:1.0
        livenessProbe:
          httpGet:
            path: /live
            port: 8080
`;

/** A container that starts slowly says so with a startup probe, not with a liveness probe that begins late. */
export const startupProbe: Check = {
  id: 'startup-probe',
  title: 'Slow starters have a startup probe',
  rationale:
    'A long initialDelaySeconds of the liveness probe is a guess at the slowest start. Each restart waits that long before a ' +
    'hang is noticed, although most starts are faster; and the one start that is slower is killed before it ends, again and ' +
    'again.',
  symptom:
    'After a restart a hung container stays for minutes before the event Unhealthy comes; and on a busy node, or with more ' +
    'data, the same image goes into CrashLoopBackOff: Container app failed liveness probe, will be restarted.',
  remediation:
    'Move the wait to a startupProbe with the same handler: it ends as soon as the application answers, and ' +
    'failureThreshold times periodSeconds is the longest start that you allow. Then remove initialDelaySeconds.',
  source: 'KEP-950; kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes',
  topic: 'starting',
  judges: 'workloads',
  messages: {
    'long-delay': {
      problem: 'liveness is first asked after {delay} s, and there is no startup probe',
      advice: 'use a startup probe, which ends as soon as the app answers',
    },
  },
  parameters: {
    maxInitialDelaySeconds: {
      type: 'integer',
      description: 'Longest initialDelaySeconds of a liveness probe without a startup probe.',
      default: defaultMaxInitialDelaySeconds,
      minimum: 0,
      maximum: 3600,
    },
  },
  examples: {
    bad: workloadExample(`${liveness}
          initialDelaySeconds: 180
    `),
    good: workloadExample(`${liveness}
        startupProbe:
          httpGet:
            path: /live
            port: 8080
          periodSeconds: 5
          failureThreshold: 60
    `),
  },
  evaluate({ servingContainers }, parameters) {
    const maxDelay = Number(parameters['maxInitialDelaySeconds'] ?? defaultMaxInitialDelaySeconds);
    const violations: Violation[] = [];
    for (const container of servingContainers) {
      if (probeOf(container, 'startupProbe') !== undefined) continue;
      const delay = asNumber(probeOf(container, 'livenessProbe')?.['initialDelaySeconds']) ?? 0;
      if (delay <= maxDelay) continue;
      violations.push({
        check: 'startup-probe',
        message: 'long-delay',
        container,
        path: [...container.path, 'livenessProbe', 'initialDelaySeconds'],
        values: { delay },
      });
    }
    return violations;
  },
};
