import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { podOf } from '../policy/objects.ts';
import { labelsOf } from '../admission/contexts.ts';
import { review } from '../admission/reviews.ts';
import { json, tested } from './apps.ts';

const pod = podOf('containers: [{ name: app }]');
const labels = { mutate: 'strict', enforce: 'strict', warn: 'strict', audit: 'strict' };

describe('each webhook has a path', () => {
  it.each([
    ['/mutate', 'mutate', { allowed: true, patchType: 'JSONPatch' }],
    ['/validate/enforce', 'enforce', { allowed: false, status: { code: 403 } }],
    ['/validate/warn', 'warn', { allowed: true, warnings: expect.any(Array) }],
    ['/validate/audit', 'audit', { allowed: true, auditAnnotations: expect.any(Object) }],
    ['/namespaces', 'namespaces', { allowed: true }],
    // As the API server calls it.
    ['/mutate?timeout=5s', 'mutate', { allowed: true, patchType: 'JSONPatch' }],
  ])('%s', async (url, path, response) => {
    const { app, context, answered, refused, bugs } = tested({ labels });
    const answer = await app.inject({ method: 'POST', url, headers: json, payload: review(pod) });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json(;|$)/);
    expect(answer.json()).toMatchObject({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'the-uid', ...response },
    });
    expect(context.recorder.seen.reviews).toHaveLength(1);
    expect(context.recorder.seen.reviews[0]).toMatch(new RegExp(`^${path} `));
    expect({ answered, refused, bugs }).toEqual({ answered: [path], refused: [], bugs: [] });
  });

  it('media types may have parameters', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
    const { app } = tested();
    const answer = await app.inject({
      method: 'POST',
      url: '/mutate',
      headers,
      payload: JSON.stringify(review(pod)),
    });
    expect(answer.statusCode).toBe(200);
  });

  it('a failure is answered with 200 and the uid, too', async () => {
    const { app } = tested({ labels: 'unknown', liveLabels: new Error('down') });
    const answer = await app.inject({
      method: 'POST',
      url: '/validate/enforce',
      headers: json,
      payload: review(pod),
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      response: { uid: 'the-uid', allowed: false, status: { code: 500 } },
    });
  });

  it('keys that poison prototypes elsewhere are ordinary here', async () => {
    const { app } = tested({ labels });
    const payload = JSON.stringify(review(pod)).replace(
      '"annotations":{}',
      '"annotations":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    );
    expect(payload).toContain('polluted');
    const answer = await app.inject({ method: 'POST', url: '/mutate', headers: json, payload });
    expect(answer.json()).toMatchObject({ response: { uid: 'the-uid', allowed: true } });
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('counting what a label would break takes half of the time that the API server names', () => {
  const namespace = (set: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', labels: set },
  });
  const payload = review(namespace(labelsOf({ enforce: 'strict' })), {
    name: 'shop',
    operation: 'UPDATE',
    oldObject: namespace({}),
  });
  const bare = { ...pod, apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: pod } };
  const workloads = {
    async *list() {
      yield bare;
    },
  };

  it.each([
    ['?timeout=3s', 1500],
    ['?timeout=1s', 500],
    ['', 1000],
    ['?timeout=', 1000],
    ['?timeout=soon', 1000],
    ['?timeout=-4s', 1000],
    ['?timeout=1s&timeout=2s', 1000],
  ])('/namespaces%s', async (query, expected) => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    onTestFinished(() => timeout.mockRestore());
    const { app } = tested({ workloads });
    const url = `/namespaces${query}`;
    const answer = await app.inject({ method: 'POST', url, headers: json, payload });
    expect(answer.json()).toMatchObject({ response: { allowed: true, warnings: expect.any(Array) } });
    expect(timeout.mock.calls).toEqual([[expected]]);
  });

  it.each(['0s', '31536000s', '99999999999999999999s'])('whatever it names: %s', async (time) => {
    const { app, context } = tested({ workloads });
    const url = `/namespaces?timeout=${time}`;
    const answer = await app.inject({ method: 'POST', url, headers: json, payload });
    expect(answer.json().response.warnings.at(-1)).toContain('no CPU request');
    expect(context.recorder.seen.failures).toEqual([]);
  });
});
