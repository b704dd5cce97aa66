/**
 * The rules of baseline as the API server's own policies, which it evaluates itself: two ValidatingAdmissionPolicies and
 * one MutatingAdmissionPolicy, written as their documentation shows it.
 */
import type { ControlPlane } from '../test/cluster/control-plane.ts';
import { create } from './kube-objects.ts';

const group = '/apis/admissionregistration.k8s.io/v1';
const apiVersion = 'admissionregistration.k8s.io/v1';

const newPods = {
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
};

const cpuRequest = {
  expression:
    "object.spec.containers.all(c, has(c.resources) && has(c.resources.requests) && 'cpu' in c.resources.requests)",
  message: 'every container needs a CPU request',
};

const probes = {
  expression: 'object.spec.containers.all(c, has(c.readinessProbe) && has(c.livenessProbe))',
  message: 'every container needs a readiness and a liveness probe',
};

/** preStop sleep 15 where there is none, and a grace period that leaves 30 s after it. */
const stopInPeace = `Object{
  spec: Object.spec{
    terminationGracePeriodSeconds: object.spec.terminationGracePeriodSeconds < 45 ? 45 : object.spec.terminationGracePeriodSeconds,
    containers: object.spec.containers
      .filter(c, !has(c.lifecycle) || !has(c.lifecycle.preStop))
      .map(c, Object.spec.containers{
        name: c.name,
        lifecycle: Object.spec.containers.lifecycle{
          preStop: Object.spec.containers.lifecycle.preStop{
            sleep: Object.spec.containers.lifecycle.preStop.sleep{seconds: 15}
          }
        }
      })
  }
}`;

/** Installs the policies for the namespaces with a label. */
export async function installPolicies(
  controlPlane: ControlPlane,
  matchLabels: Readonly<Record<string, string>>,
): Promise<void> {
  await requireMutatingPolicies(controlPlane);
  const matchResources = { namespaceSelector: { matchLabels } };
  for (const [name, validation] of [
    ['cpu-request', cpuRequest],
    ['probes', probes],
  ] as const) {
    await create(controlPlane, `${group}/validatingadmissionpolicies`, {
      ...object('ValidatingAdmissionPolicy', name),
      spec: { failurePolicy: 'Fail', matchConstraints: newPods, validations: [validation] },
    });
    await create(controlPlane, `${group}/validatingadmissionpolicybindings`, {
      ...object('ValidatingAdmissionPolicyBinding', name),
      spec: { policyName: name, validationActions: ['Deny'], matchResources },
    });
  }
  await create(controlPlane, `${group}/mutatingadmissionpolicies`, {
    ...object('MutatingAdmissionPolicy', 'stop'),
    spec: {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'IfNeeded',
      matchConstraints: newPods,
      mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: stopInPeace } }],
    },
  });
  await create(controlPlane, `${group}/mutatingadmissionpolicybindings`, {
    ...object('MutatingAdmissionPolicyBinding', 'stop'),
    spec: { policyName: 'stop', matchResources },
  });
}

function object(kind: string, name: string) {
  return { apiVersion, kind, metadata: { name } };
}

/** MutatingAdmissionPolicy is v1, and on without being asked for, since 1.36. */
async function requireMutatingPolicies({ request, version }: ControlPlane): Promise<void> {
  const { body } = await request<{ resources?: readonly { name: string }[] }>('GET', group);
  if (body.resources?.some(({ name }) => name === 'mutatingadmissionpolicies') === true) return;
  throw new Error(`Kubernetes ${version} has no ${apiVersion} MutatingAdmissionPolicy to compare with`);
}
