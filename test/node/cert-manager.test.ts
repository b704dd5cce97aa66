/** The chart with certificates of cert-manager: its real controllers issue, inject and renew them while admissions stream. */
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinaries } from '../cluster/binaries.ts';
import { goModuleFiles } from '../cluster/go-module-files.ts';
import { CERT_MANAGER_VERSION, selectRelease } from '../cluster/versions.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { enforcedNamespace, installedFor } from './support/installed.ts';
import { forSeconds, startAdmissions } from './support/load.ts';
import { report } from './support/report.ts';
import { everyRound } from './support/rounds.ts';
import { hasNode, sharedNode } from './support/shared-node.ts';

/** It may have to be built. */
const BUILD_TIMEOUT_MS = 20 * 60_000;
/** The kubelet looks for changed Secrets every minute or so. */
const MOUNT_TIMEOUT_MS = 180_000;

const SECRETS: Readonly<Record<string, string>> = {
  'gracegate-ca': 'gracegate-ca',
  gracegate: 'gracegate-tls',
};

describe.skipIf(!hasNode)('with cert-manager', () => {
  let definitions = '';
  beforeAll(async () => {
    const { 'cert-manager-controllers': command } = await findBinaries(selectRelease(undefined), [
      'cert-manager-controllers',
    ]);
    const module = `github.com/cert-manager/cert-manager@v${CERT_MANAGER_VERSION}`;
    definitions = (await goModuleFiles(module, 'deploy/crds', /\.yaml$/)).join('\n---\n');
    const node = sharedNode();
    const { kubeconfig } = node.coordinates;
    await node.kubectlOk(['apply', '--server-side', '-f', '-'], { input: definitions });
    await node.kubectlOk(['wait', '--for=condition=established', '-f', '-'], { input: definitions });
    await node.start({ name: 'cert-manager', command, args: [kubeconfig] });
  }, BUILD_TIMEOUT_MS);
  afterAll(async () => {
    const node = sharedNode();
    await node.kubectlOk(['delete', '--ignore-not-found', '-f', '-'], { input: definitions });
    await node.stopComponent('cert-manager');
  });

  const release = installedFor({ 'certificates.mode': 'cert-manager' });
  const namespace = enforcedNamespace('issued');

  async function issued(certificate: string, key: 'tls.crt' | 'ca.crt'): Promise<X509Certificate> {
    const data = await release().kubectl(
      ...['get', 'secret', SECRETS[certificate] ?? ''],
      ...['-o', `jsonpath={.data.${key.replace('.', '\\.')}}`],
    );
    return new X509Certificate(Buffer.from(data, 'base64'));
  }

  /** As `cmctl renew` does it. */
  async function renew(certificate: string): Promise<void> {
    const before = (await issued(certificate, 'tls.crt')).fingerprint256;
    const condition = {
      ...{ type: 'Issuing', status: 'True', reason: 'ManuallyTriggered', message: 'renewed by hand' },
      lastTransitionTime: new Date().toISOString(),
    };
    const patch = [{ op: 'add', path: '/status/conditions/-', value: condition }];
    await release().kubectl(
      ...['patch', 'certificate', certificate, '--subresource=status', '--type=json'],
      ...['-p', JSON.stringify(patch)],
    );
    await eventually(`${certificate} to be renewed`, async () => {
      const { fingerprint256 } = await issued(certificate, 'tls.crt');
      return fingerprint256 !== before;
    });
  }

  /** What the replicas serve is that of the Secret. */
  async function untilServed(): Promise<void> {
    const seconds = Date.parse((await issued('gracegate', 'tls.crt')).validTo) / 1000;
    await eventually(
      'the replicas to serve it',
      async () => {
        const served = (await release().replicas()).map((replica) =>
          release().metric(replica, 'gracegate_certificate_expiry_timestamp_seconds'),
        );
        return (await Promise.all(served)).every((expiry) => expiry === seconds);
      },
      MOUNT_TIMEOUT_MS,
    );
  }

  async function bundle(): Promise<string> {
    const caBundle = await sharedNode().kubectlOk([
      ...['get', 'validatingwebhookconfiguration', 'gracegate'],
      ...['-o', 'jsonpath={.webhooks[0].clientConfig.caBundle}'],
    ]);
    return Buffer.from(caBundle, 'base64').toString();
  }

  it('the replicas serve what it issued, and the API server trusts them by what it injected', async () => {
    const [serving, authority] = [await issued('gracegate', 'tls.crt'), await issued('gracegate', 'ca.crt')];
    expect(serving.verify(authority.publicKey)).toBe(true);
    expect(new X509Certificate(await bundle()).fingerprint256).toBe(authority.fingerprint256);
    await untilServed();
    for (const replica of await release().replicas())
      expect(await release().metric(replica, 'gracegate_ca_bundle_trusted')).toBe(2);
  });

  it.each(everyRound)(
    'no admission is lost when authority and certificate are renewed, round %i',
    async (round) => {
      const before = await issued('gracegate', 'ca.crt');
      await using load = await startAdmissions(sharedNode(), {
        ...{ namespace: namespace(), rate: 50, connections: 12 },
      });
      await forSeconds(2);
      await renew('gracegate-ca');
      await renew('gracegate');
      await untilServed();
      await forSeconds(2);
      const { total, failed, failures } = await load.stop();
      report(`cert-manager renews both, round ${round}`, { total, failed, failures });
      expect((await issued('gracegate', 'ca.crt')).fingerprint256).not.toBe(before.fingerprint256);
      // Replicas of which the kubelet has not brought the new one yet must go on being trusted.
      expect(await bundle()).toContain(before.toString().trim());
      expect(failures).toEqual({});
    },
    400_000,
  );
});
