import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { bundleOf, type Lifetimes } from '../../../src/tls/authority.ts';
import { isTrusted } from '../../../src/tls/bundle.ts';
import { issueAuthority } from '../../../src/tls/issue.ts';
import { SelfManagedCertificates } from '../../../src/tls/self-managed.ts';
import { SharedState } from './stores.ts';

const day = 86_400_000;
const long: Lifetimes = { authority: 90 * day, certificate: day, overlap: 600_000 };

interface Replica {
  readonly source: SelfManagedCertificates<number>;
  readonly results: string[];
  readonly failures: unknown[];
  readonly steps: string[];
}

async function replica(
  shared: SharedState,
  lifetimes = long,
  isAuthorityTrusted = () => true,
): Promise<Replica> {
  const results: string[] = [];
  const failures: unknown[] = [];
  const steps: string[] = [];
  const store = shared.store();
  const source = await SelfManagedCertificates.open({
    store,
    hosts: ['gracegate.test.svc'],
    lifetimes,
    isAuthorityTrusted,
    events: {
      wrote: (result) => void results.push(result),
      issued: () => undefined,
      authorityExpires: () => undefined,
      failed: (error) => void failures.push(error),
      stepped: (step) => void steps.push(step),
      bundleChanged: () => undefined,
    },
  });
  onTestFinished(async () => {
    source.close();
    await store.close();
  });
  return { source, results, failures, steps };
}

/** Whether clients that trust what one replica wants accept what each of the others shows. */
async function agree(replicas: readonly Replica[]): Promise<boolean> {
  const bundles = await Promise.all(replicas.map(({ source }) => source.bundle()));
  return bundles.every((bundle) =>
    replicas.every(({ source }) => isTrusted(source.current().certificatePem, bundle ?? '', new Date())),
  );
}

const settled = (condition: () => Promise<void> | void) =>
  vi.waitFor(condition, { timeout: 20_000, interval: 20 });

describe('replicas', () => {
  it('that start at the same instant agree on one authority', async () => {
    const shared = new SharedState();
    const replicas = await Promise.all(Array.from({ length: 4 }, () => replica(shared)));
    expect(shared.written).toHaveLength(1);
    const results = replicas.flatMap(({ results: ofOne }) => ofOne);
    expect(results.filter((result) => result === 'written')).toHaveLength(1);
    expect(new Set(results)).toEqual(new Set(['written', 'conflict']));
    expect(await agree(replicas)).toBe(true);
  });

  it('take over what is there already, and issue a certificate each', async () => {
    const shared = new SharedState();
    shared.set({ current: await issueAuthority() });
    const [a, b] = await Promise.all([replica(shared), replica(shared)]);
    expect(shared.written).toEqual([]);
    expect(await agree([a, b])).toBe(true);
    expect(a.source.current().certificatePem).not.toBe(b.source.current().certificatePem);
  });

  it('rotate when asked, and trust one another at every moment of it', async () => {
    const shared = new SharedState();
    const lifetimes = { ...long, overlap: 400 };
    const replicas = await Promise.all([replica(shared, lifetimes), replica(shared, lifetimes)]);
    const before = shared.state?.current;
    const disagreements: number[] = [];
    const over = new AbortController();
    const watching = (async () => {
      while (!over.signal.aborted) {
        if (!(await agree(replicas))) disagreements.push(shared.version);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    shared.isRotationWanted = true;
    shared.tell();
    await settled(() => {
      expect(shared.state?.current).not.toEqual(before);
      expect(shared.state?.previousPem).toBeUndefined();
      expect(shared.state?.next).toBeUndefined();
    });
    over.abort();
    await watching;
    expect(replicas.flatMap(({ steps }) => steps).toSorted()).toEqual([
      'issue',
      'prepare',
      'promote',
      'retire',
    ]);
    expect(disagreements).toEqual([]);
  });

  it('do not let an authority sign that is not trusted yet', async () => {
    const shared = new SharedState();
    let trusted = false;
    const one = await replica(shared, { ...long, overlap: 200 }, () => trusted);
    shared.isRotationWanted = true;
    shared.tell();
    await settled(() => expect(one.steps).toContain('prepare'));
    const prepared = shared.state?.current;
    // Several overlaps: by time alone it would be promoted.
    const started = performance.now();
    await settled(() => expect(performance.now() - started).toBeGreaterThan(1000));
    expect(shared.state?.current).toEqual(prepared);
    trusted = true;
    await settled(() => expect(one.steps).toContain('promote'));
  });
});

describe('what is stored', () => {
  it('is put back when somebody empties it', async () => {
    const shared = new SharedState();
    const one = await replica(shared);
    const before = shared.state;
    shared.set(undefined);
    await settled(() => expect(shared.state).toEqual(before));
    expect(one.steps).toEqual(['issue', 'restore']);
  });

  it('is taken over when somebody replaces it, and at no moment is what is served not trusted', async () => {
    const shared = new SharedState();
    const one = await replica(shared);
    const other = await issueAuthority();
    const disagreements: unknown[] = [];
    shared.onWrite = () => {
      const served = one.source.current().certificatePem;
      if (shared.state !== undefined && !isTrusted(served, bundleOf(shared.state), new Date()))
        disagreements.push(shared.version);
    };
    shared.set({ current: other });
    await settled(() => expect(one.steps).toEqual(['issue', 'adopt']));
    expect(disagreements).toEqual([]);
    await settled(() =>
      expect(isTrusted(one.source.current().certificatePem, other.certificatePem, new Date())).toBe(true),
    );
  });

  it('is waited for, with a certificate that nobody trusts', async () => {
    const shared = new SharedState();
    shared.failure = new Error('the API server is not there');
    const one = await replica(shared);
    const placeholder = one.source.current();
    expect(one.failures).toEqual([shared.failure]);
    await expect(one.source.bundle()).rejects.toThrow('not there');
    shared.failure = undefined;
    await settled(() => expect(one.source.current()).not.toBe(placeholder));
    expect(await agree([one])).toBe(true);
  });
});

describe('a store that cannot be used', () => {
  it('does not keep certificates from being renewed, nor bundles from being known', async () => {
    const shared = new SharedState();
    const one = await replica(shared, { authority: 60_000, certificate: 3000, overlap: 400 });
    const first = one.source.current();
    shared.isMissing = true;
    await settled(() => expect(one.source.current()).not.toBe(first));
    expect(String(one.failures[0])).toContain('there is no place for it');
    expect(await agree([one])).toBe(true);
  });

  it('is read again after a failure, and certificates are renewed meanwhile', async () => {
    const shared = new SharedState();
    const one = await replica(shared, { authority: 60_000, certificate: 3000, overlap: 400 });
    const first = one.source.current();
    shared.failure = new Error('the API server is not there');
    await settled(() => expect(one.source.current()).not.toBe(first));
    expect(one.failures).not.toEqual([]);
  });
});

describe('a serving certificate', () => {
  it('is issued anew in its last third, and never outlives its authority', async () => {
    const shared = new SharedState();
    const one = await replica(shared, { authority: 30_000, certificate: 3000, overlap: 200 });
    const first = one.source.current();
    await settled(() => expect(one.source.current()).not.toBe(first));
    expect(first.notAfter.getTime()).toBeGreaterThan(Date.now());
    expect(shared.written).toHaveLength(1);
  });

  it('is not issued again and again at the end of an authority that cannot be followed by another', async () => {
    const shared = new SharedState();
    shared.set({ current: await issueAuthority({ validDays: 5 / 86_400 }) });
    shared.failure = undefined;
    const store = shared.store();
    let issued = 0;
    const source = await SelfManagedCertificates.open({
      store: { ...store, write: () => Promise.reject(new Error('may not write')) },
      hosts: ['gracegate.test.svc'],
      lifetimes: { authority: 60_000, certificate: 20_000, overlap: 200 },
      isAuthorityTrusted: () => true,
      events: {
        wrote: () => undefined,
        issued: () => (issued += 1),
        authorityExpires: () => undefined,
        failed: () => undefined,
        stepped: () => undefined,
        bundleChanged: () => undefined,
      },
    });
    onTestFinished(() => source.close());
    // Looks that have ended, each of which could have issued another one.
    const reads = shared.reads;
    const telling = setInterval(() => shared.tell(), 20);
    await settled(() => expect(shared.reads).toBeGreaterThan(reads + 5));
    clearInterval(telling);
    expect(issued).toBe(1);
  });
});
