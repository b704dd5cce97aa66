import type { JsonObject } from '../policy/json.ts';
import { apiVersionOf, type Kind } from '../policy/objects/kube-object.ts';
import { ApiError, type KubeClient, type ListCall, type PageRead } from './client.ts';

export interface ListOptions {
  /** All namespaces when undefined. */
  readonly namespace?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Only `metadata` of each object: a list of Secrets must not bring their data. */
  readonly metadataOnly?: boolean | undefined;
  /** Milliseconds for each page. */
  readonly timeoutMs?: number | undefined;
  /** A kind that the cluster does not have is an error. */
  readonly mustExist?: boolean | undefined;
  /** Makes the call for a page; just once unless said otherwise. */
  readonly attempt?: ListCall['attempt'];
  /** Called with each page before its objects. */
  readonly onPage?: ((page: PageRead) => void) | undefined;
}

/** The URL path of a collection, or of one object in it. Throws ApiError for a name that no object can have. */
export function collectionPath(kind: Kind, namespace: string | undefined, name?: string): string {
  const root = `${kind.group === '' ? '/api' : '/apis'}/${apiVersionOf(kind)}`;
  const place = namespace === undefined ? '' : `/namespaces/${segment(namespace, 'namespace')}`;
  return `${root}${place}/${kind.resource}${name === undefined ? '' : `/${segment(name, kind.kind)}`}`;
}

/** A URL drops `.` and `..`, however they are encoded, and the path would be that of something larger. */
function segment(name: string, of: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('/'))
    throw new ApiError(`no ${of} can have the name ${JSON.stringify(name)}`);
  return encodeURIComponent(name);
}

/** Asks for `metadata` only, by the header `accept`. */
export const partialList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** The objects of a kind, page by page. A kind that the cluster does not have has none, unless it must exist. */
export async function* listObjects(
  client: KubeClient,
  kind: Kind,
  { namespace, metadataOnly, signal, timeoutMs, onPage, attempt, mustExist = false }: ListOptions = {},
): AsyncGenerator<JsonObject> {
  const named = { apiVersion: apiVersionOf(kind), kind: kind.kind };
  const accept = metadataOnly === true ? partialList : undefined;
  try {
    yield* client.list(collectionPath(kind, namespace), named, {
      signal,
      accept,
      timeoutMs,
      onPage,
      attempt,
    });
  } catch (error) {
    if (mustExist || !(error instanceof ApiError) || error.status !== 404) throw error;
  }
}
