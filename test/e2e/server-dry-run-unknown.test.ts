/** `--server-dry-run` where the API server cannot be asked: nothing is concluded, and it is said once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNamespace, kubectl, uniqueName } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { gracegate as cli } from './support/gracegate.ts';
import { cleanContainer, deployment, manifest } from './support/manifests.ts';
import { apply, dryRun } from './support/server-dry-run.ts';
import { accountWith } from './support/service-account.ts';

describe('what cannot be asked', () => {
  const input = manifest(
    deployment({ name: 'a', containers: [cleanContainer] }),
    deployment({ name: 'b', containers: [cleanContainer] }),
  );
  const webhook = uniqueName('broken');
  let broken: string;

  beforeAll(async () => {
    broken = await createNamespace();
    await apply({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: webhook },
      webhooks: [
        {
          name: 'broken.example.com',
          clientConfig: { url: 'https://127.0.0.1:1/' },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': broken } },
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
        },
      ],
    });
  });
  afterAll(async () => {
    await kubectl(['delete', 'validatingwebhookconfiguration', webhook]);
  });

  it('for a webhook that does not answer: said once, and not taken for a verdict', async () => {
    let last = await dryRun(input, broken);
    await eventually('the webhook', async () => {
      last = await dryRun(input, broken);
      return last.code === 2;
    });
    expect(last.refused).toEqual([]);
    expect(last.stderr).toMatch(
      new RegExp(
        `^gracegate: a pod in ${broken} cannot be tried: Internal error occurred: failed calling webhook "broken.example.com"[^\\n]*\\n$`,
      ),
    );
  });

  it('by somebody who may not create pods: said once for a namespace', async () => {
    const namespace = await createNamespace();
    const kubeconfig = await accountWith([], namespace);
    const { code, stderr, objects } = await dryRun(input, namespace, kubeconfig);
    expect(code).toBe(2);
    const problem = `a pod in ${namespace} cannot be tried: you may not create pods there, which a dry run needs as well`;
    expect(objects.map(({ untried }) => untried)).toEqual([problem, problem]);
    expect(stderr).toBe(`gracegate: ${problem}\n`);
  });

  it('of a namespace that is not there', async () => {
    const { code, stderr } = await dryRun(input, 'gone');
    expect([code, stderr]).toEqual([
      2,
      'gracegate: a pod in gone cannot be tried: namespaces "gone" not found\n',
    ]);
  });

  it('of a cluster that is not there', async () => {
    const { code, stderr } = await cli(
      ['audit', '-f', '-', '--server-dry-run', '--kubeconfig', '/nowhere/kubeconfig'],
      input,
    );
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('cannot read the kubeconfig /nowhere/kubeconfig: ENOENT'),
    ]);
  });
});
