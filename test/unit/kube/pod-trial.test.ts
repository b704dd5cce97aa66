/** What an API server cannot be made to say on demand; the rest is in test/e2e/server-dry-run.test.ts. */
import { describe, expect, it } from 'vitest';

import { ClusterPodTrial } from '../../../src/kube/pod-trial.ts';
import type { Json } from '../../../src/policy/json.ts';
import { clientOf, standIn } from './standing-in.ts';

const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const allowed = { status: { allowed: true } };

/** A server that gives these answers to dry runs, one after the other. */
async function trialOf(answers: readonly [status: number, body: Json][], review: Json = allowed) {
  const asked: string[] = [];
  let next = 0;
  const url = await standIn((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === reviews) {
      response.end(JSON.stringify(review));
      return;
    }
    const [status, body] = answers[next] ?? [500, {}];
    next += 1;
    response.writeHead(status).end(JSON.stringify(body));
  });
  return { trial: new ClusterPodTrial(clientOf(url)), asked };
}

const pod = (generateName = 'web-') => ({ metadata: { generateName } });

it('asks once for each namespace whether it may ask', async () => {
  const { trial, asked } = await trialOf([
    [201, {}],
    [201, {}],
    [201, {}],
  ]);
  await Promise.all([trial.try('a', pod()), trial.try('a', pod())]);
  await trial.try('b', pod());
  expect(asked.toSorted()).toEqual([
    'POST /api/v1/namespaces/a/pods?dryRun=All',
    'POST /api/v1/namespaces/a/pods?dryRun=All',
    'POST /api/v1/namespaces/b/pods?dryRun=All',
    `POST ${reviews}`,
    `POST ${reviews}`,
  ]);
});

it('does not ask where it may not', async () => {
  const { trial, asked } = await trialOf([], { status: { allowed: false } });
  expect(await trial.try('a', pod())).toEqual({
    outcome: 'unknown',
    problem: 'a pod in a cannot be tried: you may not create pods there, which a dry run needs as well',
  });
  expect(asked).toEqual([`POST ${reviews}`]);
});

describe('an answer', () => {
  const webhook = 'admission webhook "a.example.com" denied the request: no';
  const policy = `ValidatingAdmissionPolicy 'a' with binding 'b' denied request: no`;
  it.each([
    [403, 'pods "web-x7k2p" is forbidden: exceeded quota: a', 'refused'],
    [422, 'Pod "web-x7k2p" is invalid: spec', 'refused'],
    // A webhook that gives no status, and those that give one of their own.
    [400, webhook, 'refused'],
    [500, webhook, 'refused'],
    [413, policy, 'refused'],
    [400, 'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal number', 'refused'],
    [409, 'pods "web-0" already exists', 'accepted'],
    [400, 'admission webhook "a.example.com" does not support dry run', 'unknown'],
    [404, 'namespaces "a" not found', 'unknown'],
    [500, 'Internal error occurred: failed calling webhook "a.example.com"', 'unknown'],
    [504, 'Timeout: request did not complete', 'unknown'],
  ])('with status %i that says %s makes a pod %s', async (status, message, outcome) => {
    const { trial } = await trialOf([[status, { message }]]);
    expect(await trial.try('a', pod())).toMatchObject({ outcome });
  });

  it.each([
    ['web-', 'pods "web-x7k2p" is forbidden', 'pods "web-*" is forbidden'],
    ['web-', 'Pod/shop/web-x7k2p was blocked', 'Pod/shop/web-* was blocked'],
    ['a.b-', 'pods "a.b-x7k2p", "axb-x7k2p"', 'pods "a.b-*", "axb-x7k2p"'],
    ['web-', 'pods "web-x7k2pq", "other", the-web-x7k2p', 'pods "web-x7k2pq", "other", the-web-x7k2p'],
    [`${'a'.repeat(70)}-`, `pods "${'a'.repeat(58)}x7k2p"`, `pods "${'a'.repeat(58)}*"`],
  ])('about %s: %s', async (name, message, expected) => {
    const { trial } = await trialOf([[403, { message }]]);
    expect(await trial.try('a', pod(name))).toMatchObject({ message: expected });
  });

  it('names no pod by chance where one has a name of its own', async () => {
    const { trial } = await trialOf([[403, { message: 'pods "web-0" is forbidden' }]]);
    expect(await trial.try('a', { metadata: { name: 'web-0' } })).toMatchObject({
      message: 'pods "web-0" is forbidden',
    });
  });
});

it('asks again when it is throttled', async () => {
  const { trial, asked } = await trialOf([
    [429, { message: 'too many' }],
    [201, {}],
  ]);
  expect(await trial.try('a', pod())).toEqual({ outcome: 'accepted', warnings: [] });
  expect(asked).toHaveLength(3);
});

it('tries without having asked where nobody may ask', async () => {
  const url = await standIn((request, response) => {
    response.writeHead(request.url === reviews ? 403 : 201).end('{}');
  });
  expect(await new ClusterPodTrial(clientOf(url)).try('a', pod())).toMatchObject({ outcome: 'accepted' });
});

it('knows nothing where there is no answer, and asks once more before it says so', async () => {
  let asked = 0;
  const url = await standIn((request, response) => {
    if (request.url === reviews) {
      response.end(JSON.stringify(allowed));
      return;
    }
    asked += 1;
    request.socket.destroy();
  });
  expect(await new ClusterPodTrial(clientOf(url)).try('a', pod())).toMatchObject({
    outcome: 'unknown',
    problem: expect.stringContaining('a pod in a cannot be tried: the API server at'),
  });
  expect(asked).toBe(2);
});
