/** Gracegate itself is replaced, re-keyed and killed while admissions stream through it, on a real API server. */
import { describe, expect, it, vi } from 'vitest';
import { forSeconds, startAdmissions, type LoadResult } from './support/load.ts';
import type { NodeAccess } from '../cluster/node/access.ts';
import { eventually } from '../e2e/support/eventually.ts';
import type { RequestRecord } from './load/records.ts';
import { enforcedNamespace, installedFor } from './support/installed.ts';
import { killContainer } from './support/kill.ts';
import { busiest, RELEASE_NAMESPACE } from './support/release.ts';
import { report } from './support/report.ts';
import { everyRound } from './support/rounds.ts';
import { hasNode, sharedNode } from './support/shared-node.ts';

/**
 * Milliseconds. Mostly it is half a second, which is printed; a bound for a machine that has much other work, and far from
 * what it would be if nobody put the bundle back at once.
 */
const bundleBackWithin = 6000;

/** Per second, on as many connections as an API server under way has. */
const rate = 100;
const connections = 12;

describe.skipIf(!hasNode)('a stream of admissions', () => {
  // A rotation that ends while somebody watches.
  const release = installedFor({ 'certificates.selfManaged.rotationOverlap': '10s' });
  const namespace = enforcedNamespace('stream');

  async function during(what: string, happens: () => Promise<void>): Promise<LoadResult> {
    await using load = await startAdmissions(sharedNode(), { namespace: namespace(), rate, connections });
    await forSeconds(2);
    await happens();
    await forSeconds(2);
    const result = await load.stop();
    const { total, failed, failures } = result;
    report(what, { total, failed, failures });
    expect(total).toBeGreaterThan(rate * 3);
    return result;
  }

  it.each(everyRound)(
    'loses none in a rolling upgrade by helm, round %i',
    async (round) => {
      const { failures } = await during(`rolling upgrade, round ${round}`, () =>
        release().upgrade({ 'podAnnotations.round': `r${round}` }),
      );
      expect(failures).toEqual({});
    },
    240_000,
  );

  it.each(everyRound)(
    'loses none in a rotation of the authority, round %i',
    async (round) => {
      const authority = (): Promise<string> =>
        release().kubectl('get', 'secret', 'gracegate-authority', '-o', 'jsonpath={.data}');
      const before = await authority();
      const { failures } = await during(`rotation, round ${round}`, async () => {
        await release().kubectl('annotate', 'secret', 'gracegate-authority', 'gracegate.dev/rotate=now');
        await vi.waitFor(
          async () => {
            const now = await authority();
            expect(now).not.toBe(before);
            expect(now).not.toMatch(/next-ca|previous-ca/);
          },
          { timeout: 90_000, interval: 500 },
        );
      });
      expect(failures).toEqual({});
    },
    240_000,
  );

  it.each(everyRound)(
    'loses none when kube-proxy is restarted, round %i',
    async (round) => {
      const { failures } = await during(`kube-proxy restarted, round ${round}`, async () => {
        await sharedNode().restartComponent('kube-proxy');
        await forSeconds(5);
      });
      expect(failures).toEqual({});
    },
    240_000,
  );

  it.each(everyRound)(
    'loses what comes until the CA bundle is back when somebody empties it, round %i',
    async (round) => {
      const repairs = async (): Promise<number> => {
        const counts = (await release().replicas()).map((replica) =>
          release().metric(replica, 'gracegate_ca_bundle_repairs_total'),
        );
        return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
      };
      const before = await repairs();
      const { records, failures } = await during(`CA bundles emptied, round ${round}`, async () => {
        await emptyBundles(sharedNode());
        // Long after they should be back: a bundle that stays empty must show.
        await forSeconds(8);
      });
      const milliseconds = outageOf(records);
      report(`CA bundles emptied, round ${round}, back after`, { milliseconds });
      expect(await repairs()).toBeGreaterThanOrEqual(before + 2);
      // Whatever else may have failed would be another defect.
      for (const reason of Object.keys(failures)) expect(reason).toContain('failed to verify certificate');
      expect(milliseconds).toBeLessThan(bundleBackWithin);
    },
    240_000,
  );

  it('recovers by itself from a forced upgrade, which empties the Secret and the CA bundles at once', async () => {
    const authority = (): Promise<string> =>
      release().kubectl('get', 'secret', 'gracegate-authority', '-o', 'jsonpath={.data}');
    const before = await authority();
    const { records } = await during('upgrade with --force-replace', () =>
      release().upgrade({ 'podAnnotations.forced': 'yes' }, '--force-replace', '--server-side=false'),
    );
    report('upgrade with --force-replace, admissions failed for', { milliseconds: outageOf(records) });
    // Replicas remember the authority, so nothing that was trusted stops being so.
    expect(await authority()).toBe(before);
    const { failures } = await during('after it', () => forSeconds(2));
    expect(failures).toEqual({});
  }, 240_000);

  /**
   * What the API server has sent to a process that dies is lost: it does not try again. So are new connections to the same
   * address, until kube-proxy routes no more to it; how many that are is no matter of ours.
   */
  function lossesOf({ records, failures }: LoadResult): Losses {
    const losses = { inFlight: 0, refused: 0, other: [] as string[], milliseconds: outageOf(records) };
    for (const [reason, count] of Object.entries(failures)) {
      if (/EOF|connection reset|broken pipe/.test(reason)) losses.inFlight += count;
      else if (reason.includes('connection refused')) losses.refused += count;
      else losses.other.push(reason);
    }
    report('of these', { ...losses });
    return losses;
  }

  it.each(everyRound)(
    'loses what is in flight when the busy replica is killed, round %i',
    async (round) => {
      const result = await during(`kill -9, round ${round}`, async () => {
        const { name } = await busiest(release());
        const before = await restartsOf(name);
        await killContainer(sharedNode(), RELEASE_NAMESPACE, name, '/app/dist/main.js');
        await eventually('its restart to be seen', async () => (await restartsOf(name)) > before, 120_000);
        await untilTwo();
      });
      const losses = lossesOf(result);
      expect(losses.other).toEqual([]);
      expect(losses.inFlight).toBeLessThanOrEqual(connections);
      // Over once the endpoint is gone, long before there is another replica.
      expect(losses.milliseconds).toBeLessThan(10_000);
    },
    240_000,
  );

  it.each(everyRound)(
    'loses at most what is in flight when the busy replica is deleted by force, round %i',
    async (round) => {
      const result = await during(`force delete, round ${round}`, async () => {
        const { name } = await busiest(release());
        await release().kubectl('delete', 'pod', name, '--force', '--grace-period=0');
        await eventually('another one in its place', async () => (await names()).size === 2);
        await untilTwo();
      });
      const losses = lossesOf(result);
      expect(losses.other).toEqual([]);
      expect(losses.inFlight).toBeLessThanOrEqual(connections);
      // Over once the endpoint is gone, long before there is another replica.
      expect(losses.milliseconds).toBeLessThan(10_000);
    },
    240_000,
  );

  it.each(everyRound)(
    'loses none when the busy replica is evicted, as a drain does, round %i',
    async (round) => {
      const { failures } = await during(`eviction, round ${round}`, async () => {
        const { name } = await busiest(release());
        const before = await names();
        const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } };
        await sharedNode().kubectlOk(
          ['create', '--raw', `/api/v1/namespaces/${RELEASE_NAMESPACE}/pods/${name}/eviction`, '-f', '-'],
          { input: JSON.stringify(eviction) },
        );
        await eventually('it to be gone', async () => before.size === 2 && !(await names()).has(name));
        await untilTwo();
      });
      expect(failures).toEqual({});
    },
    240_000,
  );

  it('leaves the replicas well below their memory limit', async () => {
    const bytes = (await release().replicas()).map((replica) =>
      release().metric(replica, 'process_resident_memory_bytes'),
    );
    const megabytes = (await Promise.all(bytes)).map((one) => Math.round(one / 1e6));
    report('memory after all of it', { megabytes });
    // The chart's limit is 256Mi.
    expect(Math.max(...megabytes)).toBeLessThan(0.8 * 268);
  });

  const names = async (): Promise<Set<string>> =>
    new Set((await release().replicas()).map(({ name }) => name));

  async function restartsOf(pod: string): Promise<number> {
    const path = 'jsonpath={.status.containerStatuses[0].restartCount}';
    return Number(await release().kubectl('get', 'pod', pod, '-o', path));
  }

  async function untilTwo(): Promise<void> {
    await release().kubectl('rollout', 'status', 'deployment/gracegate', '--timeout=120s');
  }
});

/** Admissions that were lost, by how. */
interface Losses {
  /** Sent to the process that died. */
  readonly inFlight: number;
  /** Sent to its address afterwards. */
  readonly refused: number;
  /** Reasons that are neither. */
  readonly other: readonly string[];
  /** From the first to the last. */
  readonly milliseconds: number;
}

/** Sets every CA bundle of both configurations to nothing, as a tool does that knows only the manifest. */
async function emptyBundles(node: NodeAccess): Promise<void> {
  for (const kind of ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration']) {
    const names = await node.kubectlOk(['get', kind, 'gracegate', '-o', 'jsonpath={.webhooks[*].name}']);
    const patch = names.split(' ').map((_name, index) => ({
      op: 'replace',
      path: `/webhooks/${index}/clientConfig/caBundle`,
      value: '',
    }));
    await node.kubectlOk(['patch', kind, 'gracegate', '--type=json', '-p', JSON.stringify(patch)]);
  }
}

/** Milliseconds between the first admission that failed and the end of the last one; 0 when none did. */
function outageOf(records: readonly RequestRecord[]): number {
  const failed = records.filter(({ failure }) => failure !== undefined);
  const ends = failed.map(({ at, milliseconds }) => at + milliseconds);
  return failed.length === 0 ? 0 : Math.max(...ends) - Math.min(...failed.map(({ at }) => at));
}
