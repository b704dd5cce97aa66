import type { Check } from '../check.ts';
import { workloadExample } from '../example.ts';
import { missingProbe } from '../probes/probe-rule.ts';

/** Every container that serves has a readiness probe. */
export const readinessProbe: Check = {
  id: 'readiness-probe',
  title: 'Serving containers have a readiness probe',
  rationale:
    'Without a readiness probe a pod is Ready as soon as its process runs: traffic arrives before the application can ' +
    'answer, and a roll-out goes on to the next pod too early.',
  symptom:
    'Errors 502 and 503 for seconds to minutes after each roll-out and each scale-up, while every pod shows READY 1/1.',
  remediation: 'Add a readinessProbe that succeeds once the application can answer a request.',
  source: 'kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes',
  topic: 'starting',
  judges: 'workloads',
  messages: {
    missing: { problem: 'no readiness probe', advice: 'traffic would arrive before the app can answer' },
  },
  parameters: {},
  examples: {
    bad: workloadExample(`
      containers:
        - name: app
          image: example.com/web:1.0
          ports:
            - containerPort: 8080
    `),
    good: workloadExample(`
      containers:
        - name: app
          image: example.com/web:1.0
          ports:
            - containerPort: 8080
          readinessProbe:
            httpGet:
              path: /ready
              port: 8080
            periodSeconds: 5
    `),
  },
  evaluate: (subject) => missingProbe('readiness-probe', 'readinessProbe', subject),
};
