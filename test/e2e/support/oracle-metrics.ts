/**
 * A stand-in for metrics-server, which needs nodes: every container of a running pod uses the same, by default. With it
 * the autoscaler comes as far as the requests of the pods; without it every HorizontalPodAutoscaler fails before.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { issueAuthority, issueServing } from '../../../src/tls/issue.ts';
import { list, request, type KubeObject } from './cluster.ts';
import { eventually } from './eventually.ts';
import { create, remove } from './oracle-create.ts';

const groupVersion = 'metrics.k8s.io/v1beta1';
const root = `/apis/${groupVersion}`;
const apiServices = '/apis/apiregistration.k8s.io/v1/apiservices';
/** One at a time: the name says what it serves. */
const apiService = `${apiServices}/v1beta1.metrics.k8s.io`;
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'metrics' } };

export type Usage = (container: string) => Readonly<Record<string, string>>;

interface Container {
  readonly name: string;
  readonly restartPolicy?: string;
}

/** @returns a function that ends it, after which the API is gone again */
export async function startMetrics(
  usage: Usage = () => ({ cpu: '100m', memory: '64Mi' }),
): Promise<() => Promise<void>> {
  const authority = await issueAuthority();
  const { certificatePem, keyPem } = await issueServing({ authority, hosts: ['metrics.default.svc'] });
  const server = createServer({ cert: certificatePem, key: keyPem }, (message, answer) => {
    void respond(message, answer, usage);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    await request('DELETE', apiService);
    await remove('default', service);
    // An API that is registered and does not answer holds up the deletion of every namespace.
    await eventually('the metrics API to be gone', async () => (await request('GET', root)).status === 404);
    server.closeAllConnections();
    server.close();
  };
  try {
    await register(port, authority.certificatePem);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** An APIService names a Service, never a URL; a Service that is only a name leads out of the cluster. */
async function register(port: number, certificatePem: string): Promise<void> {
  await create('default', { ...service, spec: { type: 'ExternalName', externalName: 'localhost' } });
  const { status, body } = await request('POST', apiServices, {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { name: service.metadata.name, namespace: 'default', port },
      caBundle: Buffer.from(certificatePem).toString('base64'),
    },
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  await eventually('the metrics API', async () => {
    return (await request('GET', `${root}/namespaces/default/pods`)).status === 200;
  });
}

async function respond({ url = '/' }: IncomingMessage, answer: ServerResponse, usage: Usage): Promise<void> {
  const content = await contentOf(new URL(url, 'https://metrics'), usage).catch(() => undefined);
  answer.statusCode = content === undefined ? 404 : 200;
  answer.setHeader('content-type', 'application/json');
  answer.end(JSON.stringify(content ?? {}));
}

async function contentOf({ pathname, searchParams }: URL, usage: Usage): Promise<object | undefined> {
  if (pathname === root) {
    const pods = { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['list'] };
    return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: [pods] };
  }
  const namespace = /\/namespaces\/([^/]+)\/pods$/.exec(pathname)?.[1];
  if (namespace === undefined) return undefined;
  const selector = encodeURIComponent(searchParams.get('labelSelector') ?? '');
  const pods = await list(`/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`);
  const running = pods.filter(({ status }) => status.phase === 'Running');
  return {
    kind: 'PodMetricsList',
    apiVersion: groupVersion,
    metadata: {},
    items: running.map((pod) => metricsOf(pod, usage)),
  };
}

function metricsOf({ metadata, spec }: KubeObject, usage: Usage): object {
  const init: readonly Container[] = spec.initContainers ?? [];
  const sidecars = init.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const containers: readonly Container[] = [...spec.containers, ...sidecars];
  return {
    metadata: { name: metadata.name, namespace: metadata.namespace },
    timestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    window: '30s',
    containers: containers.map(({ name }) => ({ name, usage: usage(name) })),
  };
}
