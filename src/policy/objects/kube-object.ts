import { asObject, asString, type Json, type JsonObject } from '../json.ts';

/** A kind of the Kubernetes API, at the version that it is read in. */
export interface Kind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The plural name in URLs and admission rules. */
  readonly resource: string;
}

/** An object whose kind is known here. */
export interface KubeObject {
  readonly kind: Kind;
  /** Undefined in a manifest that leaves the namespace to the command line, and in an object that has none. */
  readonly namespace: string | undefined;
  /** The name; `NAME*` where only generateName is known. */
  readonly name: string;
  readonly object: JsonObject;
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf({ group, version }: Pick<Kind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The group of an apiVersion; empty for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/** Reads what every object has, as an object of a kind. */
export function objectOf(kind: Kind, object: JsonObject): KubeObject {
  const metadata = asObject(object['metadata']);
  const generateName = asString(metadata['generateName']);
  return {
    kind,
    namespace: asString(metadata['namespace']),
    name: asString(metadata['name']) ?? (generateName === undefined ? '' : `${generateName}*`),
    object,
  };
}

export function labelsOf({ object }: Pick<KubeObject, 'object'>): JsonObject {
  return asObject(asObject(object['metadata'])['labels']);
}

export function annotationsOf({ object }: Pick<KubeObject, 'object'>): JsonObject {
  return asObject(asObject(object['metadata'])['annotations']);
}

export function specOf({ object }: Pick<KubeObject, 'object'>): JsonObject {
  return asObject(object['spec']);
}

/** The controller in `metadata.ownerReferences`, if there is one. Says nothing of trust: anyone can write it. */
export function controllerOf(metadata: JsonObject): JsonObject | undefined {
  const owners = metadata['ownerReferences'];
  if (!Array.isArray(owners)) return undefined;
  return (owners as readonly Json[]).map(asObject).find((owner) => owner['controller'] === true);
}

/** Its uid. */
export function controllerUid(metadata: JsonObject): string | undefined {
  const controller = controllerOf(metadata);
  return controller === undefined ? undefined : (asString(controller['uid']) ?? '');
}
