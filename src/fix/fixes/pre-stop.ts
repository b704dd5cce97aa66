import { readSeconds, annotationKeys } from '../../policy/annotations.ts';
import type { Violation } from '../../policy/check.ts';
import { asNumber, asObject, type Json } from '../../policy/json.ts';
import { readPod } from '../../policy/objects/view.ts';
import { isWorkload } from '../../policy/objects/workload-kinds.ts';
import { preStopOf } from '../../policy/stopping/pre-stop.ts';
import type { Change } from '../change.ts';
import type { Fix, FixContext } from '../fix.ts';

/**
 * A hook that is missing is the business of the mutation pre-stop-sleep. A tcpSocket, which the kubelet never runs, is as good as
 * missing, and gives way to the same sleep. A native sleep is made as long as the profile wants it; that of a command is
 * not, because it may do more than sleep.
 */
export const preStopFix: Fix = {
  check: 'pre-stop',
  messages: ['tcp-socket', 'too-short'],
  writes:
    'the sleep of the mutation pre-stop-sleep in place of a tcpSocket, and the least seconds into a native sleep that is too short',
  propose(violation, context) {
    return violation.message === 'too-short' ? longerSleep(violation) : sleepInstead(violation, context);
  },
};

function longerSleep({ container, path, values }: Violation): Change[] {
  const least = asNumber(values?.['minSeconds']);
  const sleep = container && asObject(preStopOf(container))['sleep'];
  if (least === undefined || asNumber(asObject(sleep)['seconds']) === undefined) return [];
  return [{ path: [...path, 'sleep', 'seconds'], value: least }];
}

function sleepInstead({ path }: Violation, { object, mutations }: FixContext): Change[] {
  const setting = mutations?.['pre-stop-sleep'];
  if (setting === undefined || !isWorkload(object)) return [];
  const seconds =
    readSeconds(readPod(object.template), annotationKeys.preStopSleepSeconds).seconds ?? setting.seconds;
  if (seconds === 0) return [];
  const command: Json = { exec: { command: ['sleep', String(seconds)] } };
  return [{ path, value: setting.method === 'exec' ? command : { sleep: { seconds } } }];
}
