import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { ApiError } from '../../../src/kube/client.ts';
import { watchCluster } from '../../../src/kube/cluster.ts';

import { readServerMinor, ServerVersion } from '../../../src/kube/server-version.ts';
import { clientOf, standIn } from './standing-in.ts';

vi.mock('node:timers/promises', { spy: true });
beforeEach(() => void vi.mocked(sleep).mockReset());

const answering =
  (body: object): RequestListener =>
  (_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  };

describe('the minor version of an API server', () => {
  it.each([
    [{ major: '1', minor: '37' }, 37],
    [{ major: '1', minor: '34+', gitVersion: 'v1.34.2-eks-1' }, 34],
    [{ major: '1', minor: '37', emulationMajor: '1', emulationMinor: '36' }, 36],
    [{ major: '1', minor: '' }, undefined],
    [{}, undefined],
  ])('of %j is %s', async (body, minor) => {
    expect(await readServerMinor(clientOf(await standIn(answering(body))))).toBe(minor);
  });
});

describe('following it', () => {
  it('goes on after a failure', async () => {
    let calls = 0;
    const server = await standIn((request, response) => {
      calls += 1;
      if (calls === 1) response.writeHead(503).end('{}');
      else answering({ minor: '36' })(request, response);
    });
    const failures: unknown[] = [];
    const version = new ServerVersion(clientOf(server), (error) => failures.push(error));
    onTestFinished(() => version.stop());
    expect([version.isRead, version.minor]).toEqual([false, undefined]);
    version.start();
    await vi.waitUntil(() => version.isRead, { timeout: 10_000 });
    expect(version.minor).toBe(36);
    expect(failures).toHaveLength(1);
  });

  /** Follows a server that answers with these statuses, until as many waits; 0 is no answer. */
  async function following(...statuses: readonly number[]) {
    const client = clientOf('http://127.0.0.1:1');
    const left = [...statuses];
    vi.spyOn(client, 'call').mockImplementation(async () => {
      const status = left.shift() ?? 0;
      if (status !== 200) throw new ApiError(`no ${status}`, status === 0 ? undefined : status);
      return { minor: '36' };
    });
    const failures: string[] = [];
    const waits: number[] = [];
    vi.mocked(sleep).mockImplementation((milliseconds) => {
      waits.push(milliseconds ?? 0);
      return left.length === 0 ? new Promise(() => undefined) : Promise.resolve(undefined as never);
    });
    const version = new ServerVersion(client, (error) => failures.push((error as Error).message));
    version.start();
    await vi.waitUntil(() => waits.length === statuses.length);
    return { version, failures, waits };
  }

  it.each([401, 403, 404])('takes a refusal with %i for an answer, and says it once', async (status) => {
    const { version, failures, waits } = await following(status, status);
    expect([version.isRead, version.minor]).toEqual([true, undefined]);
    expect(failures).toEqual([`no ${status}`]);
    expect(waits).toEqual([60_000, 60_000]);
  });

  it('says a refusal again after it could be read, and keeps what it has read', async () => {
    const { version, failures } = await following(403, 200, 403);
    expect(version.minor).toBe(36);
    expect(failures).toEqual(['no 403', 'no 403']);
  });

  it.each([0, 408, 429, 500, 503])('tries again after %i, ever more slowly', async (status) => {
    const { version, failures, waits } = await following(...Array.from({ length: 7 }, () => status));
    expect(version.isRead).toBe(false);
    expect(failures).toHaveLength(7);
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('begins with short waits again once it has succeeded', async () => {
    const { waits } = await following(500, 500, 200, 500);
    expect(waits).toEqual([1000, 2000, 60_000, 1000]);
  });
});

it('what is watched is ready, and no watch broke, where /version may not be read', async () => {
  const server = await standIn((request, response) => {
    if (request.url === '/version') response.writeHead(403).end('{"message":"no"}');
    else if (request.url?.includes('watch=true')) response.writeHead(200).flushHeaders();
    else answering({ metadata: { resourceVersion: '1' }, items: [] })(request, response);
  });
  const broken: string[] = [];
  const unreadable: string[] = [];
  const cluster = watchCluster(
    clientOf(server),
    (resource) => broken.push(resource),
    (resource) => unreadable.push(resource),
  );
  onTestFinished(() => cluster.close());
  await vi.waitUntil(() => cluster.isFilled(), { timeout: 10_000 });
  expect([broken, unreadable, cluster.serverMinor()]).toEqual([[], ['version'], undefined]);
});
