import { asNumber, asObject, type Json, type JsonObject } from '../../policy/json.ts';
import type { Fix } from '../fix.ts';

/** The probe gives up no earlier than readiness is first asked; what happens after the start does not change. */
export const livenessBeforeReadinessFix: Fix = {
  check: 'liveness-before-readiness',
  messages: ['liveness', 'startup'],
  writes:
    'an initialDelaySeconds of liveness, or a failureThreshold of the startup probe, with which no start is cut off before ' +
    'readiness is first asked',
  propose({ message, container, path, values }) {
    const [kill, ready] = [asNumber(values?.['kill']), asNumber(values?.['ready'])];
    if (kill === undefined || ready === undefined || container === undefined) return [];
    const probe = asObject(container.raw[String(path.at(-1))]);
    const missing = ready - kill;
    if (message === 'liveness') {
      const delay = Math.max(0, asNumber(probe['initialDelaySeconds']) ?? 0);
      return [{ path: [...path, 'initialDelaySeconds'], value: delay + missing }];
    }
    const failures = positive(probe, 'failureThreshold', 3);
    const more = Math.ceil(missing / positive(probe, 'periodSeconds', 10));
    return [{ path: [...path, 'failureThreshold'], value: failures + more }];
  },
};

function positive(probe: JsonObject, field: string, otherwise: number): number {
  const value: Json | undefined = probe[field];
  return typeof value === 'number' && value > 0 ? value : otherwise;
}
