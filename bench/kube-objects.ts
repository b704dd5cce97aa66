/** Making objects on the API server, and waiting until they are good for something. */
import type { ControlPlane } from '../test/cluster/control-plane.ts';
import { eventually } from '../test/e2e/support/eventually.ts';

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

/** @param collection for example `/api/v1/namespaces` */
export async function create(
  { request }: ControlPlane,
  collection: string,
  object: KubeObject,
): Promise<void> {
  const { status, body } = await request('POST', collection, object);
  if (status !== 201) throw new Error(`${object.kind} ${object.metadata.name}: ${JSON.stringify(body)}`);
}

/** Makes a namespace and waits until it admits pods. */
export async function createNamespace(controlPlane: ControlPlane, namespace: KubeObject): Promise<void> {
  const { request } = controlPlane;
  const path = `/api/v1/namespaces/${namespace.metadata.name}`;
  await create(controlPlane, '/api/v1/namespaces', namespace);
  await eventually(`the ServiceAccount of namespace ${namespace.metadata.name}`, async () => {
    return (await request('GET', `${path}/serviceaccounts/default`)).status === 200;
  });
}
