import type { RelatedKind } from '../policy/graph.ts';
import type { Manifest, ManifestError, Position } from '../manifests/manifest.ts';
import { templateHint } from '../manifests/documents.ts';
import {
  asArray,
  asObject,
  asString,
  isObject,
  valueAt,
  type JsonObject,
  type Path,
} from '../policy/json.ts';
import { apiVersionOf, type Kind } from '../policy/objects/kube-object.ts';
import { objectKinds, readObject } from '../policy/objects/object-kinds.ts';
import { readPod } from '../policy/objects/view.ts';
import { workloadKinds, type Workload } from '../policy/objects/workload-kinds.ts';

/** Where something stands in a file. */
export interface ItemPlace extends Position {
  /** As the user named it; `-` for standard input. */
  readonly file: string;
  /** The template that Helm rendered the document from. */
  readonly source?: string;
}

/** An object to judge: of a manifest (the document itself, or an item of a List), or of a cluster. */
export interface ManifestItem {
  readonly object: JsonObject;
  /** Undefined for an object of a cluster, which has no lines either. */
  readonly file: string | undefined;
  /** 1-based line where it begins. */
  readonly line: number | undefined;
  /** 1-based line of the value at a path, or of its nearest ancestor that exists. */
  lineAt(path: Path): number | undefined;
  /** The same with the column. Looked up only when it is asked for. */
  placeAt?(path: Path): ItemPlace;
}

/** An object that was read from a cluster. */
export function clusterItem(object: JsonObject): ManifestItem {
  return { object, file: undefined, line: undefined, lineAt: () => undefined };
}

/** The objects of a document. A document that is not an object comes back as an empty one, which is then an error. */
export function flatten(manifest: Manifest): ManifestItem[] {
  const object = isObject(manifest.value) ? manifest.value : {};
  // Looked up once for all items.
  const { source } = manifest;
  if (!isList(object)) return [documentItem(object, { manifest, source }, [])];
  return asArray(object['items']).map((item, index) =>
    documentItem(isObject(item) ? typedItem(item, object) : {}, { manifest, source }, ['items', index]),
  );
}

/** Also with `items:` and nothing below it, as a template leaves it that had nothing to list: decoded, it is empty. */
function isList({ kind, items }: JsonObject): boolean {
  return asString(kind)?.endsWith('List') === true && (Array.isArray(items) || items === null);
}

/** @param root from the document to the object */
function documentItem(
  object: JsonObject,
  { manifest, source }: { readonly manifest: Manifest; readonly source: string | undefined },
  root: Path,
): ManifestItem {
  const { file } = manifest;
  const placeAt = (path: Path): ItemPlace => ({
    file,
    ...manifest.positionAt(root.length === 0 ? path : [...root, ...path]),
    ...(source !== undefined && { source }),
  });
  return {
    object,
    file,
    get line() {
      return placeAt([]).line;
    },
    lineAt: (path) => placeAt(path).line,
    placeAt,
  };
}

/** What makes Secrets on the cluster, or writes them there, in place of those that are kept out of Git. */
export const secretMakers: ReadonlySet<unknown> = new Set([
  'ExternalSecret',
  'SealedSecret',
  'VaultStaticSecret',
  'VaultDynamicSecret',
  'PushSecret',
]);

/**
 * Which kinds nothing follows of when they are absent from manifests: who keeps Secrets out of Git has none there, and all
 * of them on the cluster. Only who writes certificates among the manifests, and nothing that makes Secrets, may be taken to
 * have written all of them: the password in a chart says nothing of its certificates.
 */
export class SecretsAmong {
  #hasCertificate = false;
  #hasMaker = false;

  see({ kind, type }: JsonObject): void {
    this.#hasCertificate ||= kind === 'Secret' && type === 'kubernetes.io/tls';
    this.#hasMaker ||= secretMakers.has(kind);
  }

  get unknown(): ReadonlySet<RelatedKind> {
    return new Set(this.#hasCertificate && !this.#hasMaker ? [] : ['Secret']);
  }
}

/** The same for items that are all there. */
export function unknownAmong(items: readonly ManifestItem[]): ReadonlySet<RelatedKind> {
  const secrets = new SecretsAmong();
  for (const { object } of items) secrets.see(object);
  return secrets.unknown;
}

/** The items of a typed list, such as PodList, may leave out what the list says already. */
function typedItem(item: JsonObject, list: JsonObject): JsonObject {
  const kind = asString(list['kind'])?.slice(0, -'List'.length) ?? '';
  if (kind === '') return item;
  return { apiVersion: list['apiVersion'], kind, ...item };
}

/** Why an API server would not take an object for what it seems to be meant as; undefined when there is nothing to say. */
export function objectProblem(object: JsonObject): string | undefined {
  const apiVersion = asString(object['apiVersion']);
  const kind = asString(object['kind']);
  if (apiVersion === undefined && kind === undefined)
    return 'not a Kubernetes object: apiVersion and kind are missing';
  if (apiVersion === undefined) return `not a Kubernetes object: ${kind} without apiVersion`;
  if (kind === undefined) return `not a Kubernetes object: apiVersion ${apiVersion} without kind`;
  if (kind === 'List')
    return isList(object)
      ? 'no API server takes a List within a List'
      : 'no API server takes a List without a list of items';
  const isMeant = (known: Kind): boolean => known.kind.toLowerCase() === kind.toLowerCase();
  const meantObject = objectKinds.find(isMeant);
  if (meantObject !== undefined) {
    // What would be read in another case is of the group of that kind.
    const isRead = readObject({ ...object, kind: meantObject.kind }) !== undefined;
    return isRead && meantObject.kind !== kind ? caseProblem(kind, meantObject) : undefined;
  }
  const meant = workloadKinds.find(isMeant);
  if (meant === undefined || !isWorkloadGroup(apiVersion)) return undefined;
  if (meant.kind !== kind) return caseProblem(kind, meant);
  const served = apiVersionOf(meant);
  if (apiVersion !== served) return `no API server serves ${kind} as ${apiVersion}: it is ${served}`;
  const specPath = [...meant.templatePath, 'spec'];
  const containers = valueAt(object, [...specPath, 'containers']);
  if (Array.isArray(containers) && containers.length > 0) return undefined;
  return `no API server takes a ${kind} without containers: ${specPath.join('.')}.containers is missing or empty`;
}

/**
 * A document of a Helm chart can be valid YAML, with quotes around its actions. Only names tell it from a manifest: no object
 * has one with braces, while annotations, ConfigMaps and arguments may be templates of somebody else.
 * @param workload the object, where it is one
 */
export function templateError(item: ManifestItem, workload: Workload | undefined): ManifestError | undefined {
  const { object, file } = item;
  // On a cluster there is none, whatever an image may be called.
  if (file === undefined) return undefined;
  const { name, namespace } = asObject(object['metadata']);
  const images =
    workload === undefined ? [] : readPod(workload.template).containers.map(({ image }) => image);
  const names = [object['apiVersion'], object['kind'], name, namespace, ...images];
  if (!names.some((one) => asString(one)?.includes('{{'))) return undefined;
  const { line } = item;
  return { file, ...(line !== undefined && { line }), message: templateHint };
}

/** A kustomization file, which may leave out what it is: kustomize knows it by its name. */
export function isKustomization({ object, file = '' }: ManifestItem): boolean {
  const isNameless = object['apiVersion'] === undefined && object['kind'] === undefined;
  return isNameless && /(?:^|[\\/])(?:kustomization\.ya?ml|Kustomization)$/.test(file);
}

function caseProblem(kind: string, meant: Kind): string {
  return `no API server knows kind ${kind}: kinds are case-sensitive, it is ${meant.kind}`;
}

/** Groups of Kubernetes that have workloads, or had. Other groups may well have a kind of the same name. */
const workloadGroups = new Set([...workloadKinds.map(({ group }) => group), 'extensions']);

function isWorkloadGroup(apiVersion: string): boolean {
  return workloadGroups.has(apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');
}
