import type { Check } from '../check.ts';
import { probeOf } from '../view.ts';

/** Every container that serves has a readiness probe. */
export const readinessProbe: Check = {
  id: 'readiness-probe',
  title: 'Serving containers have a readiness probe',
  rationale:
    'Without a readiness probe a pod is Ready as soon as its process runs: traffic arrives before the application can ' +
    'answer, and a roll-out goes on to the next pod too early.',
  remediation: 'Add a readinessProbe that succeeds once the application can answer a request.',
  source: 'kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes',
  topic: 'lifecycle',
  messages: {
    missing: { problem: 'no readiness probe', advice: 'traffic would arrive before the app can answer' },
  },
  parameters: {},
  evaluate: ({ servingContainers }) =>
    servingContainers
      .filter((container) => probeOf(container, 'readinessProbe') === undefined)
      .map((container) => ({
        check: 'readiness-probe',
        message: 'missing',
        container,
        path: [...container.path, 'readinessProbe'],
      })),
};
