import type { Check } from '../check.ts';
import { cpuRequest } from './cpu-request.ts';
import { gracePeriod } from './grace-period.ts';
import { limitRange } from './limit-range.ts';
import { livenessProbe } from './liveness-probe.ts';
import { memoryRequest } from './memory-request.ts';
import { readinessProbe } from './readiness-probe.ts';

/** Every check, in the order in which violations of one container are reported: resources, starting, stopping. */
export const checks: readonly Check[] = [
  cpuRequest,
  memoryRequest,
  limitRange,
  readinessProbe,
  livenessProbe,
  gracePeriod,
];
