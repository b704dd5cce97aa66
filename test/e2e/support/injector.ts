/** Another mutating webhook, such as a service mesh has: it adds a container to every pod of a namespace. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { json } from 'node:stream/consumers';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { issueAuthority, issueServing } from '../../../src/tls/issue.ts';
import { request } from './cluster.ts';

const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';

interface Review {
  readonly request: {
    readonly uid: string;
    readonly object: { readonly spec: { readonly containers: { name: string }[] } };
  };
}

/**
 * @param name decides the order: the API server calls webhook configurations in the order of their names
 * @returns a function that removes it
 */
export async function startInjector(
  name: string,
  namespace: string,
  container: { name: string },
): Promise<() => Promise<void>> {
  const authority = await issueAuthority();
  const { certificatePem, keyPem } = await issueServing({ authority, hosts: ['127.0.0.1'] });
  const server = createServer({ cert: certificatePem, key: keyPem }, (message, answer) => {
    void inject(message, answer);
  });
  const inject = async (message: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const { uid, object } = ((await json(message)) as Review).request;
    const isThere = object.spec.containers.some((one) => one.name === container.name);
    const patch = [{ op: 'add', path: '/spec/containers/-', value: container }];
    const change = isThere
      ? {}
      : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') };
    const response = { uid, allowed: true, ...change };
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }));
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { status, body } = await request('POST', path, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        clientConfig: {
          url: `https://127.0.0.1:${port}/`,
          caBundle: Buffer.from(authority.certificatePem).toString('base64'),
        },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        reinvocationPolicy: 'IfNeeded',
      },
    ],
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return async () => {
    await request('DELETE', `${path}/${name}`);
    server.closeAllConnections();
    server.close();
  };
}
