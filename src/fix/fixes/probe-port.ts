import type { Violation } from '../../policy/check.ts';
import { asNumber, valueAt, type Path } from '../../policy/json.ts';
import type { Change } from '../change.ts';
import type { Fix } from '../fix.ts';

const users = [
  ['startupProbe'],
  ['livenessProbe'],
  ['readinessProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
] as const;
const handlers = ['httpGet', 'tcpSocket'] as const;

/** The containers of a pod share their network, so the number leads where the name was meant to. */
export const probePortFix: Fix = {
  check: 'probe-port',
  messages: ['elsewhere'],
  writes: 'the number of a port that another container of the pod declares, in place of its name',
  propose({ container, values }: Violation) {
    const number = asNumber(values?.['number']);
    if (container === undefined || number === undefined || number === 0) return [];
    const changes: Change[] = [];
    for (const user of users) {
      for (const handler of handlers) {
        const path: Path = [...user, handler, 'port'];
        if (valueAt(container.raw, path) === values?.['port'])
          changes.push({ path: [...container.path, ...path], value: number });
      }
    }
    return changes;
  },
};
