/** Certificates that Gracegate keeps itself: the authority in its Secret, the CA bundles in both configurations. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificatesOf } from '../../src/tls/bundle.ts';
import { issueAuthority } from '../../src/tls/issue.ts';
import { createNamespace, kubectl, request } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { manifest } from './support/manifests.ts';
import { secretName, startSelfManaged, type SelfManaged } from './support/self-managed.ts';

const configurations = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'] as const;
const pathOf = (resource: string): string => `/apis/admissionregistration.k8s.io/v1/${resource}/gracegate`;

interface Configuration {
  readonly metadata: { readonly resourceVersion: string };
  readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
}

interface Secret {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}

let gracegate: SelfManaged;
let namespace: string;
beforeAll(async () => {
  gracegate = await startSelfManaged(2);
  namespace = await createNamespace({ enforce: 'strict', mutate: 'baseline' });
});
afterAll(() => gracegate.stop());

const secret = async (): Promise<Secret> => (await request<Secret>('GET', gracegate.secret)).body;
const authority = async (): Promise<string | undefined> => (await secret()).data?.['ca.crt'];
const pem = (base64 = ''): string => Buffer.from(base64, 'base64').toString();

/** Every CA bundle of both configurations. */
async function bundles(): Promise<string[]> {
  const read = configurations.map(
    async (resource) => (await request<Configuration>('GET', pathOf(resource))).body,
  );
  return (await Promise.all(read)).flatMap(({ webhooks }) =>
    webhooks.map(({ clientConfig }) => pem(clientConfig.caBundle)),
  );
}

/** Whether a bare pod is refused by us, rather than by a webhook that cannot be called. */
async function isJudged(): Promise<boolean> {
  const { stderr } = await kubectl(['run', 'bare', '--image=a', '-n', namespace, '--dry-run=server']);
  return stderr.includes('would not start, scale and stop safely');
}

async function metric(replica: number, name: string): Promise<number> {
  const text = await (await fetch(`${gracegate.replicas[replica]?.healthUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

it('two replicas that start at once share one authority, which every webhook trusts', async () => {
  const current = pem(await authority());
  expect(certificatesOf(current)).toHaveLength(1);
  expect(new Set(await bundles())).toEqual(new Set([current]));
  const written = [
    await metric(0, 'gracegate_ca_bundle_trusted'),
    await metric(1, 'gracegate_ca_bundle_trusted'),
  ];
  expect(written).toEqual([2, 2]);
  expect(await isJudged()).toBe(true);
});

describe('a CA bundle', () => {
  it.each([
    ['emptied', ''],
    ['replaced by that of somebody else', 'another'],
  ])('that is %s is put back, and counted', async (_name, value) => {
    const before = await bundles();
    const repairs = async (): Promise<number> =>
      (await metric(0, 'gracegate_ca_bundle_repairs_total')) +
      (await metric(1, 'gracegate_ca_bundle_repairs_total'));
    const repaired = await repairs();
    const { certificatePem } = await issueAuthority();
    const other = value === '' ? '' : Buffer.from(certificatePem).toString('base64');
    for (const resource of configurations) {
      const { body } = await request<Configuration>('GET', pathOf(resource));
      const { status } = await request('PUT', pathOf(resource), {
        ...body,
        webhooks: body.webhooks.map((webhook) => ({
          ...webhook,
          clientConfig: { ...webhook.clientConfig, caBundle: other },
        })),
      });
      expect(status).toBe(200);
    }
    await eventually(
      'the bundles to be back',
      async () => JSON.stringify(await bundles()) === JSON.stringify(before),
    );
    await eventually('reviews to get through', isJudged);
    expect(await repairs()).toBeGreaterThanOrEqual(repaired + 2);
  });

  it('survives an apply of the configuration as it was rendered', async () => {
    const before = await bundles();
    for (const resource of configurations) {
      const { body } = await request<Configuration & Record<string, unknown>>('GET', pathOf(resource));
      const webhooks = body.webhooks.map((webhook) => ({
        ...webhook,
        clientConfig: { ...webhook.clientConfig, caBundle: undefined },
      }));
      const { code, stderr } = await kubectl(
        ['apply', '--server-side', '--force-conflicts', '--field-manager=helm', '-f', '-'],
        {
          input: manifest({
            apiVersion: body['apiVersion'],
            kind: body['kind'],
            metadata: { name: 'gracegate', labels: { touched: 'yes' } },
            webhooks,
          }),
        },
      );
      expect({ code, stderr }).toMatchObject({ code: 0 });
    }
    expect(await bundles()).toEqual(before);
  });
});

describe('the authority', () => {
  it('is put back when its Secret is emptied', async () => {
    const before = (await secret()).data;
    await request('PUT', gracegate.secret, { ...(await secret()), data: {} });
    await eventually('the Secret to be filled again', async () => (await authority()) !== undefined);
    expect((await secret()).data).toEqual(before);
  });

  it('is missed when its Secret is deleted, and put back when there is one again', async () => {
    const before = (await secret()).data;
    await request('DELETE', gracegate.secret);
    const missing = async (): Promise<boolean> =>
      (await readFile(gracegate.replicas[0]?.process.logFile ?? '', 'utf8')).includes('there is no Secret');
    await eventually('the log to say so', missing);
    expect(await isJudged()).toBe(true);
    const metadata = { name: secretName };
    await request('POST', gracegate.secret.slice(0, gracegate.secret.lastIndexOf('/')), { metadata });
    await eventually('the Secret to be filled again', async () => (await authority()) !== undefined);
    expect((await secret()).data).toEqual(before);
  });

  it('is rotated when asked, without one review lost', async () => {
    const before = await authority();
    const issued = await metric(0, 'gracegate_certificates_issued_total');
    const over = new AbortController();
    const lost: string[] = [];
    let reviews = 0;
    const worker = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const { status, body } = await request<{ message?: string }>(
          'POST',
          `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
          { metadata: { name: 'bare' }, spec: { containers: [{ name: 'app', image: 'a' }] } },
        );
        reviews += 1;
        const isAnswered =
          status === 403 && body.message?.includes('would not start, scale and stop safely') === true;
        if (!isAnswered) lost.push(`${status} ${body.message}`);
      }
    };
    const workers = Promise.all([worker(), worker(), worker(), worker()]);
    await request(
      'PATCH',
      gracegate.secret,
      { metadata: { annotations: { 'gracegate.dev/rotate': 'now' } } },
      {
        'content-type': 'application/merge-patch+json',
      },
    );
    const isDone = async (): Promise<boolean> => {
      const { data = {}, metadata } = await secret();
      return (
        data['ca.crt'] !== before &&
        data['previous-ca.crt'] === undefined &&
        metadata.annotations?.['gracegate.dev/rotate'] === undefined
      );
    };
    await eventually('the rotation to be over', isDone, 60_000);
    const current = pem(await authority());
    await eventually('only the new authority to be trusted', async () =>
      (await bundles()).every((bundle) => bundle === current),
    );
    over.abort();
    await workers;
    expect(lost).toEqual([]);
    expect(reviews).toBeGreaterThan(20);
    await eventually(
      'a certificate of it',
      async () => (await metric(0, 'gracegate_certificates_issued_total')) > issued,
    );
  });
});

it('goes with its namespace, so that no webhook stays that nobody serves', async () => {
  expect((await request('DELETE', `/api/v1/namespaces/${gracegate.namespace}`)).status).toBe(200);
  await eventually('both configurations to be gone', async () => {
    const read = configurations.map(async (resource) => (await request('GET', pathOf(resource))).status);
    return (await Promise.all(read)).every((status) => status === 404);
  });
  expect(await metric(0, 'gracegate_ca_bundle_trusted')).toBe(0);
});
