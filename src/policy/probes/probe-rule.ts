import type { Violation, WorkloadSubject } from '../check.ts';
import { probeOf, type ProbeName } from '../objects/view.ts';

/** The rule that readiness-probe and liveness-probe share: every container that serves has the probe. */
export function missingProbe(
  check: string,
  probe: ProbeName,
  { servingContainers }: WorkloadSubject,
): Violation[] {
  return servingContainers
    .filter((container) => probeOf(container, probe) === undefined)
    .map((container) => ({ check, message: 'missing', container, path: [...container.path, probe] }));
}
