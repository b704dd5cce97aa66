/** The objects that the tests of the core tweak. Everything is written as YAML, the way an author would. */
import { parseManifests } from '../../../src/manifests/parse.ts';
import { isObject, type Json, type JsonObject } from '../../../src/policy/json.ts';
import { limitRangeOf, type LimitRange } from '../../../src/policy/resources/limit-range.ts';
import { readPod, type ContainerView, type PodView } from '../../../src/policy/objects/view.ts';
import { apiVersionOf } from '../../../src/policy/objects/kube-object.ts';
import { workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';

/** A value from YAML. Throws when a test wrote something that is none. */
export function yaml(text: string): Json {
  const { manifests, errors } = parseManifests(text, 'test');
  const [manifest] = manifests;
  if (manifest === undefined || errors.length > 0) throw new Error(errors[0]?.message ?? 'no YAML');
  return manifest.value;
}

/** An object from YAML. */
export function yamlObject(text: string): JsonObject {
  const value = yaml(text);
  if (!isObject(value)) throw new Error(`not an object: ${text}`);
  return value;
}

/** A pod with this `spec`. */
export function podOf(spec: string, annotations: Readonly<Record<string, string>> = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', annotations },
    spec: yaml(spec),
  };
}

/** The view of a pod with this `spec`. */
export function podView(spec: string, annotations: Readonly<Record<string, string>> = {}): PodView {
  return readPod(podOf(spec, annotations));
}

/** The view of a serving container: the only one of its pod. */
export function containerView(container: string): ContainerView {
  const [view] = readPod({ spec: { containers: [yaml(container)] } }).containers;
  if (view === undefined) throw new Error('no container');
  return view;
}

/** An object of a workload kind, called shop/web, whose pods have this shape. */
export function workloadOf(kind: string, template: JsonObject): JsonObject {
  const known = workloadKinds.find((candidate) => candidate.kind === kind);
  if (known === undefined) throw new Error(`${kind} is not a workload`);
  const nested = known.templatePath.reduceRight<JsonObject>((inner, step) => ({ [step]: inner }), {
    metadata: template['metadata'],
    spec: template['spec'],
  });
  return {
    ...nested,
    apiVersion: apiVersionOf(known),
    kind,
    metadata: { ...(isObject(nested['metadata']) && nested['metadata']), name: 'web', namespace: 'shop' },
  };
}

/** Several objects from YAML, divided by `---`. */
export function yamlObjects(text: string): JsonObject[] {
  const { manifests, errors } = parseManifests(text, 'test');
  if (errors.length > 0) throw new Error(errors[0]?.message);
  return manifests.map(({ value }) => {
    if (!isObject(value)) throw new Error(`not an object: ${text}`);
    return value;
  });
}

/** `LimitRange shop/limits` with these items of its `spec.limits`, as an object. */
export function limitRangeObject(items: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'limits', namespace: 'shop' },
    spec: { limits: yaml(items) },
  };
}

/** `LimitRange shop/limits` with the items of its `spec.limits`, if any. */
export function limitRanges(items: string | undefined): LimitRange[] {
  return items === undefined ? [] : [limitRangeOf('LimitRange shop/limits', yaml(items) as readonly Json[])];
}
