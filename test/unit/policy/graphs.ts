import { buildGraph, type Graph, type GraphParts } from '../../../src/policy/graph.ts';
import type { KubeObject } from '../../../src/policy/objects/kube-object.ts';
import { readObject } from '../../../src/policy/objects/object-kinds.ts';
import { readPod } from '../../../src/policy/objects/view.ts';
import { WorkloadTable, type WorkloadKind } from '../../../src/policy/objects/workload-kinds.ts';
import { yamlObjects } from './objects.ts';

/** A kind of a custom resource that makes pods, as a configuration adds it. */
export const rollout: WorkloadKind = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'Rollout',
  resource: 'rollouts',
  templatePath: ['spec', 'template'],
};

/** A kind of a custom resource that has the name of one of Kubernetes itself, and not its meaning. */
const namesake = (kind: string): WorkloadKind => ({
  group: 'apps.example.com',
  version: 'v1',
  kind,
  resource: `${kind.toLowerCase()}s`,
  templatePath: ['spec', 'template'],
});

/** The kinds of Kubernetes itself, Rollouts, and some that have the name of one of the former. */
export const withNamesakes = new WorkloadTable([
  rollout,
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].map(namesake),
]);

/** A manifest of a kind of Kubernetes itself as one of its namesake. */
export const ofNamesake = (manifest: string): string =>
  manifest.replace(/apiVersion: (?:apps|batch)\/v1/, 'apiVersion: apps.example.com/v1');

/** The kinds of Kubernetes itself, and Rollouts. */
export const withRollouts = new WorkloadTable([rollout]);

/** The objects of a text that are of a known kind, Rollouts included. */
export function kubeObjects(text: string): KubeObject[] {
  return yamlObjects(text).flatMap((object) => withRollouts.read(object) ?? readObject(object) ?? []);
}

/** One such object. */
export function kubeObject(text: string): KubeObject {
  const [object] = kubeObjects(text);
  if (object === undefined) throw new Error(`no object of a known kind: ${text}`);
  return object;
}

/** The graph of these objects, whose pods are as their templates say. What names no namespace is in shop. */
export function graphOf(text: string, over: Partial<GraphParts> = {}): Graph {
  return buildGraph({
    objects: kubeObjects(text),
    namespaces: new Map(),
    defaultNamespace: 'shop',
    unknown: new Set(),
    predict: ({ template }) => readPod(template),
    ...over,
  });
}

/** `KIND NAME` of each. */
export function namesOf(objects: readonly KubeObject[]): string[] {
  return objects.map(({ kind, name }) => `${kind.kind} ${name}`);
}
