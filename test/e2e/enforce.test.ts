import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNamespace, kubectl, label, list, pods, request, waitForPods } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import { bareContainer, cleanContainer, deployment, manifest, workloadOf } from './support/manifests.ts';

const config = `
apiVersion: gracegate.dev/v1alpha1
kind: GracegateConfiguration
profiles:
  lenient: { extends: baseline, pods: warn }
  careful: { extends: baseline, checks: { rollout-downtime: { action: deny } } }
`;

let gracegate: Gracegate;
let mislabelled: string;
beforeAll(async () => {
  mislabelled = await createNamespace({ enforce: 'basline' });
  gracegate = await startGracegate({ config });
});
afterAll(() => gracegate.stop());

describe('a Deployment without CPU request and probes', () => {
  it('is refused where baseline is enforced, with the message of the design', async () => {
    const namespace = await createNamespace({ enforce: 'baseline' });
    const { code, stderr } = await kubectl(['apply', '-n', namespace, '-f', '-'], {
      input: manifest(deployment({})),
    });
    expect(code).toBe(1);
    expect(stderr).toContain(
      [
        `admission webhook "enforce.gracegate.dev" denied the request: Deployment ${namespace}/web would not start, scale and stop safely (profile baseline, 3 problems):`,
        '  container app: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m',
        '  container app: no readiness probe [readiness-probe]; traffic would arrive before the app can answer',
        '  container app: no liveness probe [liveness-probe]; a hung process would never be restarted',
        'Explain: gracegate explain cpu-request',
      ].join('\n'),
    );
    expect(await list(`/apis/apps/v1/namespaces/${namespace}/deployments`)).toEqual([]);
  });

  it('passes in a namespace without labels, and its pods come up as written', async () => {
    const namespace = await createNamespace();
    const { code, stderr } = await kubectl(['apply', '-n', namespace, '-f', '-'], {
      input: manifest(deployment({})),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [pod] = await waitForPods(namespace, 1);
    expect(pod?.spec.containers[0].lifecycle).toBeUndefined();
    expect(pod?.spec.terminationGracePeriodSeconds).toBe(30);
  });

  it('gets the same answers in a server-side dry run, which changes nothing', async () => {
    const enforcing = await createNamespace({ enforce: 'baseline' });
    const free = await createNamespace();
    const dryRun = (namespace: string) =>
      kubectl(['apply', '--dry-run=server', '-n', namespace, '-f', '-'], { input: manifest(deployment({})) });
    expect((await dryRun(enforcing)).stderr).toContain('(profile baseline, 3 problems)');
    expect((await dryRun(free)).code).toBe(0);
    expect(await list(`/apis/apps/v1/namespaces/${free}/deployments`)).toEqual([]);
  });
});

describe('every kind of workload', () => {
  it.each([
    'Pod',
    'Deployment',
    'ReplicaSet',
    'StatefulSet',
    'DaemonSet',
    'ReplicationController',
    'Job',
    'CronJob',
  ])('%s is refused without a CPU request and accepted with what baseline asks', async (kind) => {
    const namespace = await createNamespace({ enforce: 'baseline' });
    const bad = await kubectl(['create', '-n', namespace, '-f', '-'], {
      input: manifest(workloadOf(kind, bareContainer)),
    });
    expect(bad.stderr).toContain(`${kind} ${namespace}/web would not start`);
    expect(bad.stderr).toContain('container app: no CPU request [cpu-request]');
    // Nothing is asked of a Job but its resources.
    expect(bad.stderr.includes('readiness')).toBe(!kind.endsWith('Job'));
    const good = await kubectl(['create', '-n', namespace, '-f', '-'], {
      input: manifest(workloadOf(kind, cleanContainer)),
    });
    expect(good).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('modes', () => {
  it('warn shows warnings in kubectl and lets through', async () => {
    const namespace = await createNamespace({ warn: 'strict' });
    const { code, stderr } = await kubectl(['apply', '-n', namespace, '-f', '-'], {
      input: manifest(deployment({})),
    });
    expect(code).toBe(0);
    expect(stderr).toContain(
      `Warning: gracegate/strict: Deployment ${namespace}/web: container app: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m`,
    );
    expect(stderr).toContain('no memory request [memory-request]');
  });

  it('enforce warns of what its profile only warns about', async () => {
    const namespace = await createNamespace({ enforce: 'baseline' });
    const container = { ...cleanContainer, resources: { requests: { cpu: '100m' } } };
    const { code, stderr } = await kubectl(['apply', '-n', namespace, '-f', '-'], {
      input: manifest(deployment({ containers: [container] })),
    });
    expect(code).toBe(0);
    expect(stderr).toContain('Warning: gracegate/baseline: ');
    expect(stderr).toContain('no memory request [memory-request]');
  });

  it('says once what enforce and warn both find', async () => {
    const namespace = await createNamespace({ enforce: 'baseline', warn: 'strict' });
    const container = { ...cleanContainer, resources: { requests: { cpu: '100m' } } };
    const { stderr } = await kubectl(['apply', '-n', namespace, '-f', '-'], {
      input: manifest(deployment({ containers: [container] })),
    });
    expect(stderr.match(/no memory request/g)).toHaveLength(1);
  });

  it('enforce=off beside warn still warns', async () => {
    const namespace = await createNamespace({ enforce: 'off', warn: 'baseline' });
    const { code, stderr } = await kubectl(['apply', '-n', namespace, '-f', '-'], {
      input: manifest(deployment({})),
    });
    expect(code).toBe(0);
    expect(stderr).toContain('no CPU request [cpu-request]');
  });

  it('audit says nothing to the client', async () => {
    const namespace = await createNamespace({ audit: 'strict' });
    const result = await kubectl(['apply', '-n', namespace, '-f', '-'], { input: manifest(deployment({})) });
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });

  it('an enforce label that names no profile, from before Gracegate came, means strict', async () => {
    const { code, stderr } = await kubectl(['apply', '-n', mislabelled, '-f', '-'], {
      input: manifest(deployment({})),
    });
    expect(code).toBe(1);
    expect(stderr).toContain('(profile strict, 5 problems)');
    expect(stderr).toContain(
      'Warning: namespace label gracegate.dev/enforce=basline names no profile; strict is enforced instead',
    );
  });
});

describe('updates', () => {
  /** A violating Deployment that was there before its namespace was labelled. */
  async function violating(): Promise<string> {
    const namespace = await createNamespace();
    await kubectl(['create', '-n', namespace, '-f', '-'], { input: manifest(deployment({})) });
    await waitForPods(namespace, 1);
    await label(namespace, 'enforce=baseline');
    return namespace;
  }

  it('refuses a new image, because its pods would be refused', async () => {
    const namespace = await violating();
    const { code, stderr } = await kubectl([
      'set',
      'image',
      '-n',
      namespace,
      'deployment/web',
      'app=registry.example.com/app:2',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('no CPU request [cpu-request]');
  });

  it('lets scaling by kubectl scale and by spec.replicas through, the latter with a warning', async () => {
    const namespace = await violating();
    expect(await kubectl(['scale', '-n', namespace, 'deployment/web', '--replicas=0'])).toMatchObject({
      code: 0,
      stderr: '',
    });
    const patch = await kubectl([
      'patch',
      '-n',
      namespace,
      'deployment/web',
      '-p',
      '{"spec":{"replicas":2}}',
    ]);
    expect(patch.code).toBe(0);
    expect(patch.stderr).toContain(
      'let through, its template is unchanged; but its new pods would be refused',
    );
  });

  const patched = (namespace: string, spec: object) =>
    kubectl(['patch', '-n', namespace, 'deployment/web', '-p', JSON.stringify({ spec })]);
  const recreate = { strategy: { type: 'Recreate', rollingUpdate: null } };

  it('refuses what an update brings outside of the template', async () => {
    const namespace = await createNamespace({ enforce: 'careful' });
    const created = await kubectl(['create', '-n', namespace, '-f', '-'], {
      input: manifest(deployment({ containers: [cleanContainer], replicas: 2 })),
    });
    expect(created.code).toBe(0);
    const { code, stderr } = await patched(namespace, recreate);
    expect(code).toBe(1);
    expect(stderr).toContain('(profile careful, 1 problem)');
    expect(stderr).toContain('strategy Recreate stops all pods before it starts new ones [rollout-downtime]');
    expect(stderr).not.toContain('let through');
    expect(await patched(namespace, { replicas: 3 })).toMatchObject({ code: 0 });
  });

  it('lets scaling and pausing of what is wrong outside of the template through, and says what is true', async () => {
    const namespace = await createNamespace();
    const { spec, ...web } = deployment({ containers: [cleanContainer], replicas: 0 });
    const object = { ...web, spec: { ...spec, strategy: { type: 'Recreate' } } };
    await kubectl(['create', '-n', namespace, '-f', '-'], { input: manifest(object) });
    await label(namespace, 'enforce=careful');
    for (const change of [{ replicas: 2 }, { paused: true }]) {
      const { code, stderr } = await patched(namespace, change);
      expect(code).toBe(0);
      expect(stderr).toContain('let through, its template is unchanged; but a new one would be refused');
      expect(stderr).toContain('[rollout-downtime]');
    }
    await waitForPods(namespace, 2);
  });

  it('lets what does not touch the spec pass without a word', async () => {
    const namespace = await violating();
    expect(await kubectl(['annotate', '-n', namespace, 'deployment/web', 'note=seen'])).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await kubectl(['label', '-n', namespace, 'deployment/web', 'team=shop'])).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('refuses the pod that would replace a deleted one, in an event that says why', async () => {
    const namespace = await violating();
    await kubectl(['delete', 'pods', '-n', namespace, '--all', '--wait=false']);
    let messages = '';
    await eventually('a FailedCreate event', async () => {
      const args = [
        'get',
        'events',
        '-n',
        namespace,
        '--field-selector',
        'reason=FailedCreate',
        '-o',
        'json',
      ];
      messages = (await kubectl(args)).stdout;
      return messages.includes('"message"');
    });
    expect(messages).toContain('no CPU request [cpu-request]');
  });
});

describe('pods: warn', () => {
  it('lets an evicted pod of a namespace that is not clean yet come back', async () => {
    const namespace = await createNamespace();
    await kubectl(['create', '-n', namespace, '-f', '-'], { input: manifest(deployment({})) });
    const [before] = await waitForPods(namespace, 1);
    await label(namespace, 'enforce=lenient');
    const name = before?.metadata.name ?? '';
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    const { status } = await request(
      'POST',
      `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
      eviction,
    );
    expect(status).toBe(201);
    await eventually('another pod', async () => {
      const names = (await pods(namespace)).map((one) => one.metadata.name);
      return names.length === 1 && !names.includes(name);
    });
    const refused = await kubectl([
      'set',
      'image',
      '-n',
      namespace,
      'deployment/web',
      'app=registry.example.com/app:2',
    ]);
    expect(refused.stderr).toContain('(profile lenient, 3 problems)');
  });
});
