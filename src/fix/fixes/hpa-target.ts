import type { Violation } from '../../policy/check.ts';
import { asString } from '../../policy/json.ts';
import { apiVersionOf, specOf } from '../../policy/objects/kube-object.ts';
import { workloadKinds } from '../../policy/objects/workload-kinds.ts';
import type { Change } from '../change.ts';
import type { Fix, FixContext } from '../fix.ts';

const current = 'autoscaling/v2';

/** What may be set for the apiVersion of a target: nothing but that of a kind of Kubernetes itself is certain. */
const knownVersions = new Set(workloadKinds.map(apiVersionOf));

/** Words that the HPA controller looks the target up by, and the version of the autoscaler. */
export const hpaTargetFix: Fix = {
  check: 'hpa-target',
  messages: ['removed-version', 'field-of-v2', 'no-api-version', 'wrong-group', 'wrong-case', 'lower-case'],
  writes:
    'apiVersion and kind of the scaleTargetRef as Kubernetes has them, and autoscaling/v2 in place of v2beta2, or of v1 where ' +
    'fields of v2 are used',
  reveals: true,
  propose(violation, context) {
    const { message, path, values } = violation;
    if (message === 'removed-version' || message === 'field-of-v2') return newVersion(violation, context);
    const expected = asString(values?.['expected']);
    if (expected === undefined || (path.at(-1) === 'apiVersion' && !knownVersions.has(expected))) return [];
    return [{ path, value: expected }];
  },
};

/** v2beta2 has the fields of v2. v2beta1 has other metrics, and v1 a target that v2 does not know. */
function newVersion({ message, values }: Violation, { object }: FixContext): Change[] {
  const spec = specOf(object);
  const isSame =
    message === 'removed-version'
      ? values?.['apiVersion'] === 'autoscaling/v2beta2' || spec['metrics'] === undefined
      : true;
  if (!isSame || spec['targetCPUUtilizationPercentage'] !== undefined) return [];
  return [{ path: ['apiVersion'], value: current }];
}
