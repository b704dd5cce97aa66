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
    problem: 'pods of a cannot be tried: you may not create pods there, which a dry run needs as well',
  });
  expect(asked).toEqual([`POST ${reviews}`]);
});

describe('an answer', () => {
  it.each([
    [403, 'refused'],
    [422, 'refused'],
    [400, 'unknown'],
    [404, 'unknown'],
    [429, 'unknown'],
    [500, 'unknown'],
    [504, 'unknown'],
  ])('with status %i makes a pod %s', async (status, outcome) => {
    const { trial } = await trialOf([[status, { message: 'no' }]]);
    expect(await trial.try('a', pod())).toMatchObject({ outcome });
  });

  it.each([
    ['web-', 'pods "web-x7k2p" is forbidden', 'pods "web-*" is forbidden'],
    ['a.b-', 'pods "a.b-x7k2p", "axb-x7k2p"', 'pods "a.b-*", "axb-x7k2p"'],
    ['web-', 'pods "web-x7k2pq", "other"', 'pods "web-x7k2pq", "other"'],
    [`${'a'.repeat(70)}-`, `pods "${'a'.repeat(58)}x7k2p"`, `pods "${'a'.repeat(58)}*"`],
  ])('about %s: %s', async (name, message, expected) => {
    const { trial } = await trialOf([[403, { message }]]);
    expect(await trial.try('a', pod(name))).toMatchObject({ message: expected });
  });
});

it('ends where there is no answer', async () => {
  const url = await standIn((request) => request.socket.destroy());
  await expect(new ClusterPodTrial(clientOf(url)).try('a', pod())).rejects.toThrow('does not answer');
});
