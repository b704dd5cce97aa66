import { hpaTarget } from '../../../../src/policy/checks/hpa-target.ts';
import { cpuUtilization, hpa, withRequests, workload } from './autoscaler-cases.ts';
import { testCheck } from './check-table.ts';

const bounds = 'minReplicas: 2, maxReplicas: 5';
const usual = `${bounds}, metrics: [${cpuUtilization}]`;
const deployment = workload(withRequests);
const nothingKnown = ['workloads'] as const;

/** An autoscaler of this target, where nothing is known of workloads. */
const aimed = (target: string) => ({ object: hpa(usual, { target }), unknown: nothingKnown });

/** The one violation about a field of scaleTargetRef. */
const about = (message: string, field: string, problem?: string, advice?: string) => ({
  message,
  path: `spec.scaleTargetRef.${field}`,
  ...(problem !== undefined && { words: `${problem} [hpa-target]; ${advice}` }),
});

testCheck(hpaTarget, {
  valid: {
    'a Deployment that is there': { object: hpa(usual), beside: deployment },
    'a StatefulSet that is there': {
      object: hpa(usual, { target: 'apiVersion: apps/v1, kind: StatefulSet, name: web' }),
      beside: workload(withRequests, { kind: 'StatefulSet' }),
    },
    'autoscaling/v1': {
      object: hpa(`${bounds}, targetCPUUtilizationPercentage: 50`, { apiVersion: 'autoscaling/v1' }),
      beside: deployment,
    },
    'a target that is not there where nothing is known of workloads': {
      object: hpa(usual),
      unknown: nothingKnown,
    },
    'a version of the target that is gone, because only the group counts': {
      object: hpa(usual, { target: 'apiVersion: apps/v1beta1, kind: Deployment, name: web' }),
      beside: deployment,
    },
    'a version of the target that is empty': {
      object: hpa(usual, { target: 'apiVersion: apps/, kind: Deployment, name: web' }),
      beside: deployment,
    },
    'a ReplicationController, which needs no group': aimed('kind: ReplicationController, name: web'),
    'a ReplicationController with its version': aimed(
      'apiVersion: v1, kind: ReplicationController, name: web',
    ),
    'a custom resource, about which nobody knows': {
      object: hpa(usual, { target: 'apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web' }),
    },
    'a custom resource of a name that Kubernetes has as well': {
      object: hpa(usual, { target: 'apiVersion: apps.kruise.io/v1beta1, kind: StatefulSet, name: web' }),
    },
    'a custom resource of a name in lower case': {
      object: hpa(usual, { target: 'apiVersion: example.com/v1, kind: daemonset, name: web' }),
    },
    'a ReplicaSet, which a controller may have made': {
      object: hpa(usual, { target: 'apiVersion: apps/v1, kind: ReplicaSet, name: web-5d4f8' }),
    },
    'what the HPA controller has found, such as a Deployment that an operator made': {
      object: `${hpa(usual)}status: { conditions: [{ type: AbleToScale, status: 'True', reason: SucceededGetScale }] }`,
    },
  },
  invalid: {
    'autoscaling/v2beta2 with a field of autoscaling/v1': {
      object: hpa(`${usual}, targetCPUUtilizationPercentage: 50`, { apiVersion: 'autoscaling/v2beta2' }),
      beside: deployment,
      violations: [
        {
          message: 'removed-version',
          path: 'apiVersion',
          words:
            'autoscaling/v2beta2 is not served since Kubernetes 1.26 [hpa-target]; write it as autoscaling/v2',
        },
        {
          message: 'field-of-v1',
          path: 'spec.targetCPUUtilizationPercentage',
          words:
            'targetCPUUtilizationPercentage is a field of autoscaling/v1, which autoscaling/v2beta2 does not have ' +
            '[hpa-target]; remove it, a Resource metric with averageUtilization takes its place',
        },
      ],
    },
    'autoscaling/v2beta1': {
      object: hpa(usual, { apiVersion: 'autoscaling/v2beta1' }),
      beside: deployment,
      violations: [{ message: 'removed-version', path: 'apiVersion' }],
    },
    'autoscaling/v2 with a field of autoscaling/v1': {
      object: hpa(`${bounds}, targetCPUUtilizationPercentage: 50`),
      beside: deployment,
      violations: [{ message: 'field-of-v1', path: 'spec.targetCPUUtilizationPercentage' }],
    },
    'a version that never was': {
      object: hpa(usual, { apiVersion: 'autoscaling/v1beta1' }),
      beside: deployment,
      violations: [
        {
          message: 'unknown-version',
          path: 'apiVersion',
          words: 'there is no autoscaling/v1beta1 [hpa-target]; write it as autoscaling/v2',
        },
      ],
    },
    'autoscaling/v1 with fields of autoscaling/v2': {
      object: hpa(`${usual}, behavior: { scaleDown: {} }`, { apiVersion: 'autoscaling/v1' }),
      beside: deployment,
      violations: [
        {
          message: 'field-of-v2',
          path: 'spec.metrics',
          words:
            'metrics is a field of autoscaling/v2, which autoscaling/v1 does not have [hpa-target]; ' +
            'it is refused or dropped, set apiVersion to autoscaling/v2',
        },
        { message: 'field-of-v2', path: 'spec.behavior' },
      ],
    },
    'no apiVersion of the target': {
      object: hpa(usual, { target: 'kind: Deployment, name: web' }),
      beside: deployment,
      violations: [
        about(
          'no-api-version',
          'apiVersion',
          'scaleTargetRef has no apiVersion, which must name the API group of the Deployment',
          'the API server refuses it, set scaleTargetRef.apiVersion to apps/v1',
        ),
      ],
    },
    'no apiVersion of a custom resource': {
      ...aimed('kind: Rollout, name: web'),
      violations: [
        about(
          'no-api-version',
          'apiVersion',
          'scaleTargetRef has no apiVersion, which must name the API group of the Rollout',
          'the API server refuses it, set scaleTargetRef.apiVersion to the group and version of the Rollout',
        ),
      ],
    },
    'no apiVersion, and the kind in lower case': {
      ...aimed('kind: deployment, name: web'),
      violations: [about('no-api-version', 'apiVersion'), about('lower-case', 'kind')],
    },
    'a group that has moved': {
      object: hpa(usual, { target: 'apiVersion: extensions/v1beta1, kind: Deployment, name: web' }),
      beside: deployment,
      violations: [
        about(
          'wrong-group',
          'apiVersion',
          'there is no Deployment in group extensions',
          'it would never be scaled, set scaleTargetRef.apiVersion to apps/v1',
        ),
      ],
    },
    'the core group': {
      ...aimed('apiVersion: v1, kind: Deployment, name: web'),
      violations: [
        about(
          'wrong-group',
          'apiVersion',
          'there is no Deployment in the core group',
          'it would never be scaled, set scaleTargetRef.apiVersion to apps/v1',
        ),
      ],
    },
    'a group with a capital letter': {
      ...aimed('apiVersion: Apps/v1, kind: Deployment, name: web'),
      violations: [about('wrong-group', 'apiVersion')],
    },
    'a ReplicationController in the group of Deployments': {
      ...aimed('apiVersion: apps/v1, kind: ReplicationController, name: web'),
      violations: [about('wrong-group', 'apiVersion')],
    },
    'a kind that is none': {
      ...aimed('apiVersion: apps/v1, kind: Rollout, name: web'),
      violations: [
        about(
          'unknown-kind',
          'kind',
          'group apps has no kind Rollout that could be scaled',
          'write kind and apiVersion as in the manifest of the workload',
        ),
      ],
    },
    'a kind that the core group has not': {
      ...aimed('apiVersion: v1, kind: Rollout, name: web'),
      violations: [
        about(
          'unknown-kind',
          'kind',
          'the core group has no kind Rollout that could be scaled',
          'write kind and apiVersion as in the manifest of the workload',
        ),
      ],
    },
    'a group that only words know': {
      ...aimed('apiVersion: core/v1, kind: Deployment, name: web'),
      violations: [
        about(
          'wrong-group',
          'apiVersion',
          'there is no Deployment in group core',
          'it would never be scaled, set scaleTargetRef.apiVersion to apps/v1',
        ),
      ],
    },
    'a kind that is none, of a group that is none': {
      ...aimed('apiVersion: app/v1, kind: Rollout, name: web'),
      violations: [about('unknown-kind', 'kind')],
    },
    'a version with a slash too many': {
      ...aimed('apiVersion: apps/v1/Deployment, kind: Deployment, name: web'),
      violations: [
        about(
          'malformed-version',
          'apiVersion',
          'scaleTargetRef.apiVersion apps/v1/Deployment is no group and version',
          'the API server refuses it, write a group and a version such as apps/v1',
        ),
      ],
    },
    'a kind in lower case, which works by leniency alone': {
      object: hpa(usual, { target: 'apiVersion: apps/v1, kind: deployment, name: web' }),
      beside: deployment,
      violations: [
        about(
          'lower-case',
          'kind',
          'scaleTargetRef.kind deployment is in lower case, the kind is Deployment',
          'the HPA controller finds it all the same, but tools that compare kinds may not: write Deployment',
        ),
      ],
    },
    'a ReplicationController in lower case, which the API server refuses': {
      ...aimed('apiVersion: v1, kind: replicationcontroller, name: web'),
      violations: [about('wrong-case', 'kind')],
    },
    'a kind in capital letters': {
      object: hpa(usual, { target: 'apiVersion: apps/v1, kind: DEPLOYMENT, name: web' }),
      beside: deployment,
      violations: [
        about(
          'wrong-case',
          'kind',
          'there is no kind DEPLOYMENT',
          'kinds are singular and case-sensitive, set scaleTargetRef.kind to Deployment',
        ),
      ],
    },
    'a kind in the plural': {
      ...aimed('apiVersion: apps/v1, kind: deployments, name: web'),
      violations: [about('wrong-case', 'kind')],
    },
    'a DaemonSet': {
      ...aimed('apiVersion: apps/v1, kind: DaemonSet, name: web'),
      violations: [
        about(
          'not-scalable',
          'kind',
          'a DaemonSet cannot be scaled',
          'name a Deployment, a StatefulSet or a custom resource with a scale subresource',
        ),
      ],
    },
    'a Job': {
      ...aimed('apiVersion: batch/v1, kind: Job, name: web'),
      violations: [about('not-scalable', 'kind')],
    },
    'a Pod without apiVersion': {
      ...aimed('kind: pod, name: web'),
      violations: [about('not-scalable', 'kind')],
    },
    'no target at all': {
      object: hpa(usual, { target: '' }),
      violations: [
        about('incomplete', 'kind', 'scaleTargetRef has no kind', 'the API server refuses it'),
        about('incomplete', 'name'),
      ],
    },
    'a target that is not there': {
      object: hpa(usual),
      beside: workload(withRequests, { name: 'shop' }),
      violations: [
        about(
          'missing',
          'name',
          'there is no Deployment web in namespace shop',
          'without it nothing is scaled: correct scaleTargetRef.name, or add the Deployment',
        ),
      ],
    },
    'a target that the controller has looked for in vain': {
      object: `${hpa(usual)}status: { conditions: [{ type: AbleToScale, status: 'False' }, { type: ScalingActive, status: 'True' }] }`,
      violations: [about('missing', 'name')],
    },
    'a target in lower case that is not there': {
      object: hpa(usual, { target: 'apiVersion: apps/v1, kind: deployment, name: web' }),
      violations: [about('lower-case', 'kind'), about('missing', 'name')],
    },
  },
});
