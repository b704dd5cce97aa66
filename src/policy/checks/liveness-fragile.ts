import type { Check, Violation } from '../check.ts';
import { workloadExample } from '../example.ts';
import { asNumber, type JsonObject } from '../json.ts';
import { sameProbe } from '../probes/probe-timing.ts';
import { probeOf, type ContainerView } from '../objects/view.ts';

const withThreshold = (failures: number): string =>
  workloadExample(`
    containers:
      - name: app
        image: example.com/web:1.0
        readinessProbe:
          httpGet:
            path: /health
            port: 8080
          failureThreshold: 3
        livenessProbe:
          httpGet:
            path: /health
            port: 8080
          failureThreshold: ${failures}
  `);

/** Liveness is more patient than readiness, and never restarts for a single answer. */
export const livenessFragile: Check = {
  id: 'liveness-fragile',
  title: 'Load alone does not restart a container',
  rationale:
    'An overloaded pod should leave the Service and come back, which is what readiness does. A liveness probe that gives up ' +
    'as early, or at the first slow answer, restarts it instead: its load goes to the others, and they follow.',
  symptom:
    'RESTARTS grows on all replicas at once at the busiest hour; events say Liveness probe failed: ... context deadline ' +
    'exceeded (Client.Timeout exceeded while awaiting headers), and Container app failed liveness probe, will be restarted.',
  remediation:
    'Give the liveness probe a failureThreshold of at least 2, and several times that of the readiness probe where both ask ' +
    'the same; best is an endpoint of its own that fails only when a restart helps.',
  source: 'kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes',
  topic: 'starting',
  judges: 'workloads',
  messages: {
    'single-failure': {
      problem: 'one failed liveness probe restarts it',
      advice: 'set failureThreshold to 3 or more',
    },
    'same-as-readiness': {
      problem:
        'liveness asks the same as readiness and gives up after {liveness} s, readiness after {readiness} s',
      advice: 'an overloaded pod is restarted, so set a higher failureThreshold for liveness',
    },
  },
  parameters: {},
  examples: { bad: withThreshold(3), good: withThreshold(12) },
  evaluate: ({ servingContainers }) => servingContainers.flatMap(fragilityOf),
};

function fragilityOf(container: ContainerView): Violation[] {
  const liveness = probeOf(container, 'livenessProbe');
  if (liveness === undefined) return [];
  const path = [...container.path, 'livenessProbe', 'failureThreshold'];
  const common = { check: 'liveness-fragile', container, path };
  if (numberOf(liveness, 'failureThreshold') === 1) return [{ ...common, message: 'single-failure' }];
  const readiness = probeOf(container, 'readinessProbe');
  if (readiness === undefined || !sameProbe(liveness, readiness, container)) return [];
  if (isMorePatient(liveness, readiness)) return [];
  const values = { liveness: patienceOf(liveness), readiness: patienceOf(readiness) };
  return [{ ...common, message: 'same-as-readiness', values }];
}

/**
 * Users of kube-score ask to be left in peace where the same probe has more patience for liveness, be it by threshold, by
 * period or by timeout (zegl/kube-score#285, #296, #339).
 */
function isMorePatient(liveness: JsonObject, readiness: JsonObject): boolean {
  const [mine, theirs] = [patienceOf(liveness), patienceOf(readiness)];
  if (mine !== theirs) return mine > theirs;
  return numberOf(liveness, 'timeoutSeconds') > numberOf(readiness, 'timeoutSeconds');
}

/** How long it may fail before something follows, in seconds. */
function patienceOf(probe: JsonObject): number {
  return numberOf(probe, 'failureThreshold') * numberOf(probe, 'periodSeconds');
}

/** The API server has set each of these fields. */
function numberOf(probe: JsonObject, field: 'failureThreshold' | 'periodSeconds' | 'timeoutSeconds'): number {
  return asNumber(probe[field]) ?? 0;
}
