import type { Fix } from '../fix.ts';
import { deregistrationDelayFix } from './deregistration-delay.ts';
import { execProbeFix } from './exec-probe.ts';
import { gracePeriodFix } from './grace-period.ts';
import { hpaTargetFix } from './hpa-target.ts';
import { livenessBeforeReadinessFix } from './liveness-before-readiness.ts';
import { livenessFragileFix } from './liveness-fragile.ts';
import { memoryLimitFix } from './memory-limit.ts';
import { pdbBlocksFix } from './pdb-blocks.ts';
import { preStopFix } from './pre-stop.ts';
import { probePortFix } from './probe-port.ts';

/** Every fix, in the order of the checks. */
export const fixes: readonly Fix[] = [
  memoryLimitFix,
  livenessBeforeReadinessFix,
  livenessFragileFix,
  probePortFix,
  execProbeFix,
  preStopFix,
  gracePeriodFix,
  deregistrationDelayFix,
  hpaTargetFix,
  pdbBlocksFix,
];

/** The fix of a check, if it has one for the message. */
export function fixFor(check: string, message: string): Fix | undefined {
  return fixes.find((fix) => fix.check === check && fix.messages.includes(message));
}
