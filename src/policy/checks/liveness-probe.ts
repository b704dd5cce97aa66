import type { Check } from '../check.ts';
import { workloadExample } from '../example.ts';
import { missingProbe } from '../probes/probe-rule.ts';

/** Every container that serves has a liveness probe. */
export const livenessProbe: Check = {
  id: 'liveness-probe',
  title: 'Serving containers have a liveness probe',
  rationale:
    'A process that hangs without exiting is never restarted without a liveness probe: it holds its place among the ' +
    'replicas and answers nothing.',
  symptom:
    'A pod that is Running, with 0 restarts, answers nothing for days, until somebody deletes it by hand.',
  remediation:
    'Add a livenessProbe that fails only when a restart helps, with a higher failureThreshold than the readiness probe.',
  source: 'kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes',
  topic: 'starting',
  judges: 'workloads',
  messages: {
    missing: { problem: 'no liveness probe', advice: 'a hung process would never be restarted' },
  },
  parameters: {},
  examples: {
    bad: workloadExample(`
      containers:
        - name: app
          image: example.com/web:1.0
          readinessProbe:
            httpGet:
              path: /ready
              port: 8080
    `),
    good: workloadExample(`
      containers:
        - name: app
          image: example.com/web:1.0
          readinessProbe:
            httpGet:
              path: /ready
              port: 8080
          livenessProbe:
            httpGet:
              path: /live
              port: 8080
            failureThreshold: 6
    `),
  },
  evaluate: (subject) => missingProbe('liveness-probe', 'livenessProbe', subject),
};
