/** What must always work, works while Gracegate is dead: its registration stands, and nobody answers. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNamespace, kubectl, list, pods, request, waitForPods } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import { cleanContainer, deployment, manifest, pod } from './support/manifests.ts';

let gracegate: Gracegate;
let namespace: string;
const names = ['deleted', 'deleted-foreground', 'scaled', 'annotated', 'finalized'];

beforeAll(async () => {
  gracegate = await startGracegate();
  namespace = await createNamespace({ enforce: 'baseline', mutate: 'baseline' });
  const objects = names.map((name) => {
    const object = deployment({ name, containers: [cleanContainer] });
    object.spec.selector.matchLabels.app = name;
    object.spec.template.metadata.labels.app = name;
    return name === 'finalized'
      ? { ...object, metadata: { name, finalizers: ['example.com/hold'] } }
      : object;
  });
  const { code, stderr } = await kubectl(['create', '-n', namespace, '-f', '-'], {
    input: manifest(...objects),
  });
  expect(code, stderr).toBe(0);
  await waitForPods(namespace, names.length);
  await gracegate.kill();
});
afterAll(() => gracegate.stop());

const podsOf = async (app: string) =>
  list(`/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(`app=${app}`)}`);

const path = (name: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;

async function untilGone(name: string): Promise<void> {
  await eventually(`${name} and its pods to be gone`, async () => {
    return (await request('GET', path(name))).status === 404 && (await podsOf(name)).length === 0;
  });
}

it('deletion goes through', async () => {
  expect(await kubectl(['delete', '-n', namespace, 'deployment/deleted', '--wait=false'])).toMatchObject({
    code: 0,
  });
  await untilGone('deleted');
});

it('deletion in the foreground goes through: the garbage collector takes its finalizers off', async () => {
  const args = [
    'delete',
    '-n',
    namespace,
    'deployment/deleted-foreground',
    '--cascade=foreground',
    '--wait=false',
  ];
  expect(await kubectl(args)).toMatchObject({ code: 0 });
  await untilGone('deleted-foreground');
});

it('scaling goes through, and the ReplicaSet follows', async () => {
  expect(await kubectl(['scale', '-n', namespace, 'deployment/scaled', '--replicas=0'])).toMatchObject({
    code: 0,
  });
  await eventually('the pods to be gone', async () => (await podsOf('scaled')).length === 0);
});

it('annotating and labelling go through', async () => {
  expect(await kubectl(['annotate', '-n', namespace, 'deployment/annotated', 'note=1'])).toMatchObject({
    code: 0,
  });
  const [one] = await podsOf('annotated');
  expect(await kubectl(['label', '-n', namespace, `pod/${one?.metadata.name}`, 'note=1'])).toMatchObject({
    code: 0,
  });
});

it('a finalizer can be taken off an object that is being deleted', async () => {
  await kubectl(['delete', '-n', namespace, 'deployment/finalized', '--wait=false']);
  const removal = [{ op: 'remove', path: '/metadata/finalizers' }];
  const { status } = await request('PATCH', path('finalized'), removal, {
    'content-type': 'application/json-patch+json',
  });
  expect(status).toBe(200);
  await untilGone('finalized');
});

it('creating a pod is refused, and the message names the webhook', async () => {
  const before = (await pods(namespace)).length;
  const { code, stderr } = await kubectl(['create', '-n', namespace, '-f', '-'], {
    input: manifest(pod({ name: 'new', containers: [cleanContainer] })),
  });
  expect(code).toBe(1);
  expect(stderr).toContain('failed calling webhook "mutate.gracegate.dev"');
  expect(await pods(namespace)).toHaveLength(before);
});

it('a namespace that only warns, and one without labels, are not held up', async () => {
  for (const labels of [{ warn: 'strict' }, { audit: 'strict' }, {}]) {
    const free = await createNamespace(labels);
    expect(await kubectl(['create', '-n', free, '-f', '-'], { input: manifest(pod({})) })).toMatchObject({
      code: 0,
    });
  }
});
