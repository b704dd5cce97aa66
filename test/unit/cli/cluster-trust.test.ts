import { setImmediate } from 'node:timers/promises';

import { beforeAll, describe, expect, it, vi } from 'vitest';

import { ClusterTrust } from '../../../src/cli/cluster-trust.ts';
import type { ConfigurationType, WebhookBundles } from '../../../src/kube/webhook-bundles.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { issueAuthority, issueServing, type Authority } from '../../../src/tls/issue.ts';
import type { ServingPair } from '../../../src/tls/source.ts';
import { samples } from '../telemetry/samples.ts';

const host = 'gracegate.gracegate-system.svc';

let old: Authority;
let young: Authority;
let served: ServingPair;
let next: ServingPair;

beforeAll(async () => {
  [old, young] = await Promise.all([issueAuthority(), issueAuthority()]);
  [served, next] = await Promise.all([
    issueServing({ authority: old, hosts: [host] }),
    issueServing({ authority: young, hosts: [host] }),
  ]);
});

type Bundles = Record<ConfigurationType, readonly string[] | undefined>;

function trustIn(bundles: Bundles, name = host) {
  const metrics = createMetrics('1');
  const trust = new ClusterTrust('gracegate', name, createLogger('silent').logger, metrics);
  // Only what is asked of the bundles; that they follow a cluster is tested on one.
  const followed: Pick<WebhookBundles, 'bundles' | 'start'> = {
    bundles: () => bundles,
    start: () => undefined,
  };
  trust.follow(followed as WebhookBundles);
  trust.serve(served);
  return { trust, metrics };
}

const both = (...pems: readonly string[]): Bundles => ({ mutating: pems, validating: pems });

describe('readiness', () => {
  it('waits for both configurations, and says for which', () => {
    const bundles: Bundles = { mutating: [old.certificatePem], validating: undefined };
    const { trust } = trustIn(bundles);
    expect(trust.notReady()).toBe('there is no validating webhook configuration gracegate yet');
    bundles.validating = [''];
    expect(trust.notReady()).toMatch(/CA bundle of the validating .* does not trust the certificate$/);
    bundles.validating = [old.certificatePem];
    trust.look();
    expect(trust.notReady()).toBeUndefined();
  });

  it('asks every webhook, and the name in the certificate', () => {
    expect(trustIn(both(old.certificatePem, young.certificatePem)).trust.notReady()).toMatch(
      /does not trust/,
    );
    expect(trustIn(both(old.certificatePem), 'another.gracegate-system.svc').trust.notReady()).toMatch(
      /not for another\.gracegate-system\.svc/,
    );
  });

  it('does not end when the bundle is lost, but the metric says so', async () => {
    const bundles = both(old.certificatePem);
    const { trust, metrics } = trustIn(bundles);
    expect(trust.notReady()).toBeUndefined();
    bundles.mutating = [''];
    trust.look();
    expect(trust.notReady()).toBeUndefined();
    expect(await samples(metrics)).toEqual(
      expect.arrayContaining([
        'gracegate_ca_bundle_trusted{configuration="mutating"} 0',
        'gracegate_ca_bundle_trusted{configuration="validating"} 1',
      ]),
    );
  });
});

describe('a new certificate', () => {
  it('waits until it is trusted, and a moment longer', async () => {
    const bundles = both(old.certificatePem);
    const { trust } = trustIn(bundles);
    let isReady = false;
    void trust.readyFor(next).then(() => (isReady = true));
    trust.look();
    await setImmediate();
    expect(isReady).toBe(false);
    Object.assign(bundles, both(old.certificatePem + young.certificatePem));
    trust.look();
    await setImmediate();
    expect(isReady).toBe(false);
    await vi.waitFor(() => expect(isReady).toBe(true), { timeout: 10_000 });
  });

  it('does not wait where what is served is not trusted either', async () => {
    const { trust } = trustIn(both(''));
    await expect(trust.readyFor(next)).resolves.toBeUndefined();
  });
});
