import { describe, expect, it } from 'vitest';

import type { KubeClient, PageRead } from '../../../src/kube/client.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { clientOf, failureOf, standIn } from './standing-in.ts';

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

// An API server would need more than 500 objects for a second page.
describe('a list', () => {
  const kind = { apiVersion: 'v1', kind: 'Pod' };

  /** Gives these pages one after the other, and tells how it was asked. */
  async function paged(pages: readonly JsonObject[]): Promise<{ client: KubeClient; asked: string[] }> {
    const asked: string[] = [];
    const url = await standIn((request, response) => {
      response.end(JSON.stringify(pages[asked.length]));
      asked.push(request.url ?? '');
    });
    return { client: clientOf(url), asked };
  }

  const page = (names: readonly string[], next?: string): JsonObject => ({
    metadata: { continue: next ?? '' },
    items: names.map((name) => ({ metadata: { name } })),
  });
  const pod = (name: string) => ({ ...kind, metadata: { name } });

  it('comes page by page, each object with the kind that lists leave out', async () => {
    const { client, asked } = await paged([page(['a', 'b'], 'n/1=='), page([], 'n2'), page(['c'])]);
    expect(await collected(client.list('/api/v1/pods', kind))).toEqual([pod('a'), pod('b'), pod('c')]);
    expect(asked).toEqual([
      '/api/v1/pods?limit=500',
      '/api/v1/pods?limit=500&continue=n%2F1%3D%3D',
      '/api/v1/pods?limit=500&continue=n2',
    ]);
  });

  it.each<[string, JsonObject]>([
    ['nothing', {}],
    ['null for items', { metadata: {}, items: null }],
    ['items that are no objects', { items: [null, 'x', []] }],
  ])('of %s is empty', async (_name, only) => {
    const { client, asked } = await paged([only]);
    expect(await collected(client.list('/api/v1/pods', kind))).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('says of each page how much is read and left', async () => {
    const first = { ...page(['a', 'b'], 'n'), metadata: { continue: 'n', remainingItemCount: 1 } };
    const { client } = await paged([first, page(['c'])]);
    const said: PageRead[] = [];
    await collected(client.list('/api/v1/pods', kind, { onPage: (read) => said.push(read) }));
    expect(said).toEqual([
      { read: 2, remaining: 1 },
      { read: 3, remaining: undefined },
    ]);
  });

  // An API server forgets the state of a list after five minutes.
  it('goes on with the state of now when the old one is gone', async () => {
    const asked: (string | null)[] = [];
    const url = await standIn((request, response) => {
      const token = new URL(request.url ?? '', 'http://x').searchParams.get('continue');
      asked.push(token);
      if (token === 'old') {
        const metadata = { continue: 'new' };
        response.writeHead(410).end(JSON.stringify({ message: 'too old', reason: 'Expired', metadata }));
      } else response.end(JSON.stringify(token === null ? page(['a'], 'old') : page(['b'])));
    });
    expect(await collected(clientOf(url).list('/api/v1/pods', kind))).toEqual([pod('a'), pod('b')]);
    expect(asked).toEqual([null, 'old', 'new']);
  });

  it('ends where it cannot go on', async () => {
    const url = await standIn((request, response) => {
      if (request.url?.includes('continue=') === true) response.writeHead(410).end('{"message":"too old"}');
      else response.end(JSON.stringify(page(['a'], 'old')));
    });
    const failure = await failureOf(collected(clientOf(url).list('/api/v1/pods', kind)));
    expect(failure).toMatchObject({ status: 410, said: 'too old' });
  });

  it('reads no page that nobody wants', async () => {
    const { client, asked } = await paged([page(['a'], 'n1'), page(['b'])]);
    for await (const object of client.list('/api/v1/pods', kind)) {
      expect(object).toEqual(pod('a'));
      break;
    }
    expect(asked).toHaveLength(1);
  });

  it('ends with an error between two pages when nobody waits any longer', async () => {
    const { client } = await paged([page(['a'], 'n1'), page(['b'])]);
    const stop = new AbortController();
    const pods = client.list('/api/v1/pods', kind, { signal: stop.signal });
    expect(await pods.next()).toEqual({ done: false, value: pod('a') });
    stop.abort();
    expect((await failureOf(pods.next())).message).toContain('does not answer');
  });
});
