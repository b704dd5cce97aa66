import type { ObjectCheck, Violation } from '../check.ts';
import { autoscalerExample, measuredExample, together } from '../example.ts';
import { asArray, asObject, asString, type Path } from '../json.ts';
import { apiVersionOf, specOf, type KubeObject } from '../objects/kube-object.ts';
import { scaledBy } from '../objects/relations.ts';
import { isKindName, scaleTarget, type ScaleTarget } from '../scaling/scale-target.ts';
import { workloadKinds, type WorkloadKind } from '../objects/workload-kinds.ts';

/** An autoscaler is written in a version that exists and names something that can be scaled. */
export const hpaTarget: ObjectCheck = {
  id: 'hpa-target',
  title: 'The autoscaler finds its target',
  rationale:
    'The HPA controller looks its target up by group, kind and name, and the kind is case-sensitive. An API server takes ' +
    'almost anything there, so a wrong word is accepted and the workload is never scaled.',
  symptom:
    'The column TARGETS of kubectl get hpa stays <unknown>, and the condition AbleToScale is False with reason ' +
    'FailedGetScale: the HPA controller was unable to get the target\'s current scale: no matches for kind "Deployment" in ' +
    'group "extensions". With a version that is gone kubectl apply fails: no matches for kind "HorizontalPodAutoscaler" in ' +
    'version "autoscaling/v2beta2".',
  remediation:
    'Write the autoscaler as autoscaling/v2, and in scaleTargetRef the apiVersion, kind and name of the workload as they ' +
    'stand in its own manifest.',
  source:
    'pkg/controller/podautoscaler/horizontal.go, reconcileAutoscaler; k8s.io/client-go restmapper/discovery.go; ' +
    'pkg/apis/autoscaling/validation/validation.go, ValidateAPIVersion',
  topic: 'scaling',
  judges: ['HorizontalPodAutoscaler'],
  needs: ['workloads'],
  messages: {
    'removed-version': {
      problem: '{apiVersion} is not served since Kubernetes {removed}',
      advice: 'write it as autoscaling/v2',
    },
    'unknown-version': { problem: 'there is no {apiVersion}', advice: 'write it as autoscaling/v2' },
    'field-of-v1': {
      problem: '{field} is a field of autoscaling/v1, which {apiVersion} does not have',
      advice: 'remove it, a Resource metric with averageUtilization takes its place',
    },
    'field-of-v2': {
      problem: '{field} is a field of autoscaling/v2, which autoscaling/v1 does not have',
      advice: 'it is refused or dropped, set apiVersion to autoscaling/v2',
    },
    incomplete: { problem: 'scaleTargetRef has no {field}', advice: 'the API server refuses it' },
    'no-api-version': {
      problem: 'scaleTargetRef has no apiVersion, which must name the API group of the {kind}',
      advice: 'the API server refuses it, set scaleTargetRef.apiVersion to {expected}',
    },
    'malformed-version': {
      problem: 'scaleTargetRef.apiVersion {apiVersion} is no group and version',
      advice: 'the API server refuses it, write a group and a version such as apps/v1',
    },
    'wrong-group': {
      problem: 'there is no {kind} in {group}',
      advice: 'it would never be scaled, set scaleTargetRef.apiVersion to {expected}',
    },
    'unknown-kind': {
      problem: '{group} has no kind {kind} that could be scaled',
      advice: 'write kind and apiVersion as in the manifest of the workload',
    },
    'wrong-case': {
      problem: 'there is no kind {kind}',
      advice: 'kinds are singular and case-sensitive, set scaleTargetRef.kind to {expected}',
    },
    'lower-case': {
      problem: 'scaleTargetRef.kind {kind} is in lower case, the kind is {expected}',
      advice:
        'the HPA controller finds it all the same, but tools that compare kinds may not: write {expected}',
      atMost: 'warn',
    },
    'not-scalable': {
      problem: 'a {kind} cannot be scaled',
      advice: 'name a Deployment, a StatefulSet or a custom resource with a scale subresource',
    },
    missing: {
      problem: 'there is no {kind} {name} in namespace {namespace}',
      advice: 'without it nothing is scaled: correct scaleTargetRef.name, or add the {kind}',
      // An autoscaler is often a file, or a chart, of its own.
      atMost: 'warn',
    },
  },
  parameters: {},
  examples: {
    bad: together(measuredExample(), autoscalerExample({ apiVersion: 'extensions/v1beta1' })),
    good: together(measuredExample(), autoscalerExample()),
  },
  evaluate({ object, namespace, graph }) {
    const target = scaleTarget(object);
    const kind = builtinKind(target);
    const violations = [...versionProblems(object), ...targetProblems(target, kind)];
    const isFound = kind !== undefined && violations.every(({ message }) => !unresolved.has(message));
    if (isFound && graph.knows('workloads') && isMissable(object, kind)) {
      if (scaledBy(graph, object, namespace) === undefined) {
        const values = { kind: kind.kind, name: target.name, namespace };
        violations.push(violation('missing', targetPath('name'), values));
      }
    }
    return violations;
  },
};

const served = new Set(['autoscaling/v1', 'autoscaling/v2']);
const removals = new Map([
  ['autoscaling/v2beta1', '1.25'],
  ['autoscaling/v2beta2', '1.26'],
]);

/** Only files have these: no API server takes them, or it has dropped the field before anybody sees it. */
function versionProblems(hpa: KubeObject): Violation[] {
  const apiVersion = asString(hpa.object['apiVersion']) ?? '';
  const violations: Violation[] = [];
  const removed = removals.get(apiVersion);
  if (removed !== undefined) {
    violations.push(violation('removed-version', ['apiVersion'], { apiVersion, removed }));
  } else if (!served.has(apiVersion)) {
    violations.push(violation('unknown-version', ['apiVersion'], { apiVersion }));
  }
  const isFirst = apiVersion === 'autoscaling/v1';
  const fields = isFirst ? ['metrics', 'behavior'] : ['targetCPUUtilizationPercentage'];
  for (const field of fields) {
    if ((specOf(hpa)[field] ?? null) === null) continue;
    const values = { field, apiVersion };
    violations.push(violation(isFirst ? 'field-of-v2' : 'field-of-v1', ['spec', field], values));
  }
  return violations;
}

const scalable = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']);

/**
 * True of the groups of Kubernetes itself that have workloads, or had, and of what is no group, such as `core` or `app`.
 * A kind of any other may be anything: the group of a custom resource has a dot (ValidateCustomResourceDefinition).
 */
const isOwnGroup = (group: string): boolean => !group.includes('.');

/** The kind of Kubernetes itself that is meant, whatever its case and also in the plural. */
function builtinKind({ group, kind }: ScaleTarget): WorkloadKind | undefined {
  if (!isOwnGroup(group)) return undefined;
  const meant = kind.toLowerCase();
  return workloadKinds.find((known) => known.kind.toLowerCase() === meant || known.resource === meant);
}

/** Messages after which it makes no sense to look for the target. */
const unresolved = new Set([
  'incomplete',
  'no-api-version',
  'malformed-version',
  'wrong-group',
  'unknown-kind',
  'wrong-case',
  'not-scalable',
]);

function targetProblems(target: ScaleTarget, meant: WorkloadKind | undefined): Violation[] {
  const { apiVersion = '', group, kind, name } = target;
  const violations: Violation[] = [];
  for (const [field, value] of Object.entries({ kind, name })) {
    if (value === '') violations.push(violation('incomplete', targetPath(field), { field }));
  }
  if (apiVersion.split('/', 3).length > 2) {
    violations.push(violation('malformed-version', targetPath('apiVersion'), { apiVersion }));
  }
  if (violations.length > 0) return violations;
  if (meant !== undefined && !scalable.has(meant.kind)) {
    return [violation('not-scalable', targetPath('kind'), { kind: meant.kind })];
  }
  const expected = meant === undefined ? `the group and version of the ${kind}` : apiVersionOf(meant);
  if (apiVersion === '' && meant?.group !== '') {
    violations.push(violation('no-api-version', targetPath('apiVersion'), { kind, expected }));
  } else if (meant === undefined) {
    // Who has written a custom resource knows its kind; the groups of Kubernetes hold no others.
    if (!isOwnGroup(group)) return [];
    return [violation('unknown-kind', targetPath('kind'), { kind, group: groupName(group) })];
  } else if (group !== meant.group) {
    const values = { kind: meant.kind, group: groupName(group), expected };
    violations.push(violation('wrong-group', targetPath('apiVersion'), values));
  }
  if (meant !== undefined && kind !== meant.kind) violations.push(caseProblem(kind, meant));
  return violations;
}

/** Lower case is found, but for ReplicationControllers: only by its exact name may that kind be without a group. */
function caseProblem(kind: string, { kind: expected, group }: WorkloadKind): Violation {
  const isFound = isKindName(kind, expected) && group !== '';
  return violation(isFound ? 'lower-case' : 'wrong-case', targetPath('kind'), { kind, expected });
}

const groupName = (group: string): string => (group === '' ? 'the core group' : `group ${group}`);

/**
 * True when its absence from the graph means something: what a controller has made is not in the graph, so neither are the
 * ReplicaSets of Deployments, nor what an operator makes; that one the HPA controller has found, if there is one.
 */
function isMissable(hpa: KubeObject, { kind }: WorkloadKind): boolean {
  if (kind === 'ReplicaSet') return false;
  const isSeen = asArray(asObject(hpa.object['status'])['conditions']).some((value) => {
    const condition = asObject(value);
    return condition['type'] === 'AbleToScale' && condition['status'] === 'True';
  });
  return !isSeen;
}

const targetPath = (field: string): Path => ['spec', 'scaleTargetRef', field];

function violation(message: string, path: Path, values: Readonly<Record<string, string>>): Violation {
  return { check: 'hpa-target', message, path, values };
}
