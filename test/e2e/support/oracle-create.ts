/** Asks the real API server whether it takes an object, and in which words it refuses it. */
import { createNamespace, list, request, type KubeObject } from './cluster.ts';
import { eventually } from './eventually.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly accepted: boolean;
  /** Of the refusal; empty when it was accepted. */
  readonly message: string;
  readonly warnings: readonly string[];
  /** What would be, or was, stored. */
  readonly object: KubeObject | undefined;
}

/** Only of the kinds that tests make: the plural of a kind is a matter of discovery. */
export function pathOf(namespace: string, apiVersion: string, kind: string): string {
  const root = apiVersion === 'v1' ? '/api' : '/apis';
  const plural = kind.toLowerCase().replace(/s$/, 'se');
  return `${root}/${apiVersion}/namespaces/${namespace}/${plural}s`;
}

export interface CreateOptions {
  /** True by default: nothing is stored. Admission, quotas included, judges a dry run as it judges a real create. */
  readonly isDryRun?: boolean;
}

export async function oracleCreate(
  namespace: string,
  object: Manifest,
  { isDryRun = true }: CreateOptions = {},
): Promise<Answer> {
  const path = pathOf(namespace, object.apiVersion, object.kind);
  const { status, body, warnings } = await request<KubeObject & { message?: string }>(
    'POST',
    isDryRun ? `${path}?dryRun=All` : path,
    object,
  );
  const accepted = status === 201;
  return {
    status,
    accepted,
    message: accepted ? '' : (body.message ?? String(body)),
    warnings,
    object: accepted ? body : undefined,
  };
}

/** Stores objects that a test needs; a refusal is an error. */
export async function create(namespace: string, ...objects: readonly Manifest[]): Promise<void> {
  for (const object of objects) {
    const { accepted, message } = await oracleCreate(namespace, object, { isDryRun: false });
    if (!accepted) throw new Error(`${object.kind} ${object.metadata.name}: ${message}`);
  }
}

/** Deletes an object and waits until it is gone. */
export async function remove(
  namespace: string,
  { apiVersion, kind, metadata }: Pick<Manifest, 'apiVersion' | 'kind' | 'metadata'>,
): Promise<void> {
  const path = `${pathOf(namespace, apiVersion, kind)}/${metadata.name}`;
  await request('DELETE', path);
  await eventually(`${kind} ${metadata.name} to be gone`, async () => {
    return (await request('GET', path)).status === 404;
  });
}

let qosNamespace: Promise<string> | undefined;

/** `status.qosClass`, which the API server sets at create; an error when it refuses the pod. */
export async function oracleQos(pod: Manifest): Promise<string> {
  qosNamespace ??= createNamespace();
  const { object, message } = await oracleCreate(await qosNamespace, pod);
  if (object === undefined) throw new Error(message);
  return object.status.qosClass;
}

/** The texts of a namespace's Warning events with a reason, once there is one. */
export async function oracleWarnings(
  namespace: string,
  reason: string,
  awaited = /(?:)/,
): Promise<readonly string[]> {
  let found: readonly string[] = [];
  await eventually(`an event ${reason} in ${namespace}`, async () => {
    const events = (await list(`/api/v1/namespaces/${namespace}/events`)) as readonly (KubeObject & {
      readonly type: string;
      readonly reason: string;
      readonly message: string;
    })[];
    found = events
      .filter((event) => event.type === 'Warning' && event.reason === reason)
      .map(({ message }) => message);
    return found.some((message) => awaited.test(message));
  });
  return found;
}
