import type { Check } from '../check.ts';
import { probeOf } from '../view.ts';

/** Every container that serves has a liveness probe. */
export const livenessProbe: Check = {
  id: 'liveness-probe',
  title: 'Serving containers have a liveness probe',
  rationale:
    'A process that hangs without exiting is never restarted without a liveness probe: it holds its place among the ' +
    'replicas and answers nothing.',
  remediation:
    'Add a livenessProbe that fails only when a restart helps, with a higher failureThreshold than the readiness probe.',
  source: 'kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes',
  topic: 'lifecycle',
  messages: {
    missing: { problem: 'no liveness probe', advice: 'a hung process would never be restarted' },
  },
  parameters: {},
  evaluate: ({ servingContainers }) =>
    servingContainers
      .filter((container) => probeOf(container, 'livenessProbe') === undefined)
      .map((container) => ({
        check: 'liveness-probe',
        message: 'missing',
        container,
        path: [...container.path, 'livenessProbe'],
      })),
};
