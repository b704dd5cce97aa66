/** An application on the node: three replicas behind a Service, rolled out without a gap, as Kubernetes' defaults allow. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { APPLICATION_IMAGE, writeApplicationImage } from '../../cluster/images/application.ts';
import type { NodeAccess } from '../../cluster/node/access.ts';
import { eventually } from '../../e2e/support/eventually.ts';
import { httpGet } from './http.ts';
import type { TestNamespace } from './namespace.ts';

/** What an application does on SIGTERM: finish what is in flight, or end at once. */
export type StopMode = 'graceful' | 'exit';

const REPLICAS = 3;
const NAME = 'web';

export async function importApplication(node: NodeAccess): Promise<void> {
  const archive = join(node.coordinates.dir, 'application.tar');
  await writeApplicationImage(fileURLToPath(new URL('../app/server.mjs', import.meta.url)), archive);
  await node.importImage(archive);
}

/**
 * The manifests. They meet the baseline profile but for what Gracegate patches in, and know nothing of it: the same ones
 * go into a namespace with labels and into one without.
 */
export function application(mode: StopMode): object[] {
  const probe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: NAME },
      spec: {
        replicas: REPLICAS,
        selector: { matchLabels: { app: NAME } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
          metadata: { labels: { app: NAME } },
          spec: {
            containers: [
              {
                name: 'app',
                image: APPLICATION_IMAGE,
                imagePullPolicy: 'Never',
                env: [{ name: 'MODE', value: mode }],
                ports: [{ containerPort: 8080 }],
                resources: { requests: { cpu: '10m', memory: '64Mi' } },
                readinessProbe: probe,
                livenessProbe: { ...probe, periodSeconds: 5, failureThreshold: 6 },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: NAME },
      spec: { selector: { app: NAME }, ports: [{ port: 80, targetPort: 8080 }] },
    },
  ];
}

export interface RunningApplication {
  /** Through the Service. */
  readonly url: string;
  /** Replaces every pod, and resolves when the last one of before is gone. */
  roll(): Promise<void>;
}

export async function startApplication(
  node: NodeAccess,
  namespace: TestNamespace,
  mode: StopMode,
): Promise<RunningApplication> {
  await namespace.apply(...application(mode));
  const rolledOut = (): Promise<string> =>
    namespace.kubectl('rollout', 'status', `deployment/${NAME}`, '--timeout=120s');
  await rolledOut();
  const address = await namespace.kubectl('get', 'service', NAME, '-o', 'jsonpath={.spec.clusterIP}');
  const url = `http://${address}/`;
  // A ready pod is no rule of kube-proxy yet.
  await eventually(`an answer of ${url}`, async () => (await httpGet(node, url)).status === 200);
  const pods = async (): Promise<string[]> =>
    (await namespace.kubectl('get', 'pods', '-l', `app=${NAME}`, '-o', 'name')).trim().split('\n');
  return {
    url,
    async roll() {
      const before = new Set(await pods());
      await namespace.kubectl('rollout', 'restart', `deployment/${NAME}`);
      await rolledOut();
      const areGone = async (): Promise<boolean> => (await pods()).every((pod) => !before.has(pod));
      await eventually('the pods of before to be gone', areGone, 90_000);
    },
  };
}
