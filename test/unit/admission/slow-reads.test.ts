import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { handle } from '../../../src/admission/handle.ts';
import type { WebhookPath } from '../../../src/admission/ports.ts';
import { podOf, workloadOf } from '../policy/objects.ts';
import { contextOf, type RecordedContext, type Situation } from './contexts.ts';
import { requestOf } from './reviews.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const deadlineMs = 5000;
const pod = podOf('containers: [{ name: app }]');
const config = 'profiles: { cpu: { checks: { cpu-request: { action: deny } } } }';
const message = (kind: string) =>
  `Gracegate could not judge ${kind} shop/web: the API server did not answer our reads in time`;

/** A context whose live reads take so many milliseconds each, or for ever. */
function slow(
  situation: Situation,
  { namespaces, limitRanges }: { namespaces?: number; limitRanges?: number },
) {
  const context = contextOf({ config, ...situation });
  const delayed = <T>(read: () => Promise<T>, milliseconds = Infinity): Promise<T> =>
    new Promise((resolve, reject) => {
      if (milliseconds < Infinity) setTimeout(() => void read().then(resolve, reject), milliseconds);
    });
  return {
    ...context,
    namespaces: {
      ...context.namespaces,
      read: (name: string) => delayed(() => context.namespaces.read(name), namespaces),
    },
    limitRanges: {
      ...context.limitRanges,
      read: (name: string) => delayed(() => context.limitRanges.read(name), limitRanges),
    },
  };
}

/** The answer, and after how many milliseconds it came. */
async function answered(path: WebhookPath, kind: string, context: RecordedContext) {
  const start = performance.now();
  const answer = (async () => {
    const response = await handle(path, requestOf(workloadOf(kind, pod)), context, deadlineMs);
    return { response, after: performance.now() - start };
  })();
  await vi.advanceTimersByTimeAsync(60_000);
  return answer;
}

describe('live reads that do not come in time', () => {
  const unknown: Situation = { labels: 'unknown', liveLabels: { enforce: 'cpu', mutate: 'baseline' } };
  const known: Situation = { labels: { enforce: 'cpu' } };

  it.each<[string, 'enforce' | 'mutate', Situation, { namespaces?: number; limitRanges?: number }]>([
    ['a namespace that the cache lacks', 'enforce', unknown, {}],
    ['a namespace that the cache lacks, for a mutation', 'mutate', unknown, {}],
    ['the namespace before a refusal', 'enforce', known, { limitRanges: 0 }],
    ['the LimitRanges before a refusal', 'enforce', known, { namespaces: 0 }],
    [
      'one after the other, each in time by itself',
      'enforce',
      unknown,
      { namespaces: 2500, limitRanges: 2500 },
    ],
    ['the second of two', 'enforce', unknown, { namespaces: 3900 }],
  ])('end in a failure within the deadline: %s', async (_name, path, situation, delays) => {
    const context = slow(situation, delays);
    const { response, after } = await answered(path, 'Pod', context);
    expect(response).toMatchObject({ allowed: false, status: { code: 500, message: message('Pod') } });
    expect(after).toBe(4000);
    expect(context.recorder.seen).toMatchObject({
      reviews: [`${path} error`],
      refusals: [],
      failures: ['review the-uid of Pod shop/web'],
    });
  });

  it('let pass where the webhook only advises, and the audit log says why', async () => {
    const context = slow({ labels: 'unknown', liveLabels: { warn: 'cpu' } }, {});
    const { response, after } = await answered('warn', 'Deployment', context);
    expect(response).toEqual({
      uid: 'the-uid',
      allowed: true,
      auditAnnotations: { error: message('Deployment') },
    });
    expect(after).toBe(4000);
    expect(context.recorder.seen.reviews).toEqual(['warn error']);
  });

  it('do not matter while they are in time', async () => {
    const context = slow(unknown, { namespaces: 1900, limitRanges: 2000 });
    const { response, after } = await answered('enforce', 'Deployment', context);
    expect(response).toMatchObject({ allowed: false, status: { code: 403 } });
    expect(after).toBe(3900);
    expect(context.recorder.seen.reviews).toEqual(['enforce deny']);
  });
});
