import type { RequestListener } from 'node:http';

import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { readServerMinor, ServerVersion } from '../../../src/kube/server-version.ts';
import { clientOf, standIn } from './standing-in.ts';

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
});
