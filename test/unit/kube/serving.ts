import type { ServerResponse } from 'node:http';

import type { KubeClient } from '../../../src/kube/client.ts';
import type { Json } from '../../../src/policy/json.ts';
import { clientOf, standIn } from './standing-in.ts';

export interface Served {
  readonly client: KubeClient;
  /** The paths that were asked for, in order. */
  readonly asked: string[];
  /** The accept header of each path. */
  readonly accepted: Map<string, string | undefined>;
}

/**
 * A server in the place of an API server, for what none can be made to do on demand: to refuse one collection and not the
 * others, and to answer in a given order.
 * @param answers by path: a body, a status of a refusal, or what answers; a path that is not there is an empty list
 */
export async function serving(
  answers: Readonly<Record<string, Json | ((response: ServerResponse) => void)>>,
): Promise<Served> {
  const asked: string[] = [];
  const accepted = new Map<string, string | undefined>();
  const url = await standIn((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    asked.push(path);
    accepted.set(path, request.headers.accept);
    const answer = answers[path] ?? { items: [] };
    if (typeof answer === 'function') answer(response);
    else if (typeof answer === 'number') response.writeHead(answer).end('{"message":"no"}');
    else response.end(JSON.stringify(answer));
  });
  return { client: clientOf(url), asked, accepted };
}

/** A list of objects with these names, and what each has besides. */
export function listOf(names: readonly string[], more: object = {}, namespace = 'shop'): Json {
  return { items: names.map((name) => ({ metadata: { name, namespace }, ...more })) };
}
