import type { Check, Violation } from '../check.ts';
import { workloadExample } from '../example.ts';
import { asNumber, isObject } from '../json.ts';
import { probeOf } from '../objects/view.ts';

const defaultMinPeriodSeconds = 5;

/** A startup probe ends with the start, so it may ask as often as it likes. */
const lasting = ['readinessProbe', 'livenessProbe'] as const;

/** Probes that last do not start a process every other second. */
export const execProbe: Check = {
  id: 'exec-probe',
  title: 'Probes do not start processes too often',
  rationale:
    'Each exec probe starts a process in the container through the container runtime, which costs more than a request: CPU ' +
    'out of the limits of the container, and time of the kubelet and the runtime, on every pod of the node.',
  symptom:
    'An idle container uses CPU and is throttled; on a full node events say Readiness probe failed: command timed out, and ' +
    'load and defunct processes grow with the number of pods.',
  remediation: 'Ask with httpGet, tcpSocket or grpc, which start no process, or raise periodSeconds.',
  source: 'kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes',
  topic: 'starting',
  judges: 'workloads',
  messages: {
    frequent: {
      problem: '{probe} starts a process every {period} s',
      advice: 'use httpGet, tcpSocket or grpc, or a periodSeconds of at least {needed}',
    },
  },
  parameters: {
    minPeriodSeconds: {
      type: 'integer',
      description: 'Shortest periodSeconds of a readiness or liveness probe that executes a command.',
      default: defaultMinPeriodSeconds,
      minimum: 1,
      maximum: 3600,
    },
  },
  examples: {
    bad: workloadExample(`
      containers:
        - name: app
          image: example.com/web:1.0
          readinessProbe:
            exec:
              command: [/bin/check-ready]
            periodSeconds: 1
    `),
    good: workloadExample(`
      containers:
        - name: app
          image: example.com/web:1.0
          readinessProbe:
            grpc:
              port: 9000
            periodSeconds: 1
    `),
  },
  evaluate({ servingContainers }, parameters) {
    const needed = Number(parameters['minPeriodSeconds'] ?? defaultMinPeriodSeconds);
    const violations: Violation[] = [];
    for (const container of servingContainers) {
      for (const probe of lasting) {
        const written = probeOf(container, probe);
        const period = asNumber(written?.['periodSeconds']);
        if (!isObject(written?.['exec']) || period === undefined || period >= needed) continue;
        violations.push({
          check: 'exec-probe',
          message: 'frequent',
          container,
          path: [...container.path, probe, 'periodSeconds'],
          values: { probe, period, needed },
        });
      }
    }
    return violations;
  },
};
