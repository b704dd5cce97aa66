import type { Manifest } from '../manifests/parse.ts';
import { asArray, asString, isObject, type JsonObject, type Path } from '../policy/json.ts';
import { apiVersionOf, workloadKinds } from '../policy/workload-kinds.ts';

/** An object of a manifest: the document itself, or an item of a List. */
export interface ManifestItem {
  readonly object: JsonObject;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based line of the value at a path, or of its nearest ancestor that exists. */
  lineAt(path: Path): number;
}

/** The objects of a document. A document that is not an object comes back as an empty one, which is then an error. */
export function flatten(manifest: Manifest): ManifestItem[] {
  const object = isObject(manifest.value) ? manifest.value : {};
  const kind = asString(object['kind']);
  const isList = kind !== undefined && kind.endsWith('List') && Array.isArray(object['items']);
  if (!isList) {
    return [{ object, file: manifest.file, line: manifest.line, lineAt: (path) => manifest.lineAt(path) }];
  }
  return asArray(object['items']).map((item, index) => ({
    object: isObject(item) ? item : {},
    file: manifest.file,
    line: manifest.lineAt(['items', index]),
    lineAt: (path) => manifest.lineAt(['items', index, ...path]),
  }));
}

/** Why an API server would not take an object for what it seems to be meant as; undefined when there is nothing to say. */
export function objectProblem(object: JsonObject): string | undefined {
  const apiVersion = asString(object['apiVersion']);
  const kind = asString(object['kind']);
  if (apiVersion === undefined && kind === undefined)
    return 'not a Kubernetes object: apiVersion and kind are missing';
  if (apiVersion === undefined) return `not a Kubernetes object: ${kind} without apiVersion`;
  if (kind === undefined) return `not a Kubernetes object: apiVersion ${apiVersion} without kind`;
  const meant = workloadKinds.find((known) => known.kind.toLowerCase() === kind.toLowerCase());
  if (meant === undefined || !isGroupOf(meant.group, apiVersion)) return undefined;
  if (meant.kind !== kind)
    return `no API server knows kind ${kind}: kinds are case-sensitive, it is ${meant.kind}`;
  const served = apiVersionOf(meant);
  return apiVersion === served ? undefined : `no API server serves ${kind} as ${apiVersion}: it is ${served}`;
}

/** The group itself, or one from which the kind has moved. Other groups may have a kind of the same name. */
function isGroupOf(group: string, apiVersion: string): boolean {
  const written = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return written === group || written === '' || written === 'extensions';
}
