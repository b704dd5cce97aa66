import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface ServerAddress {
  readonly url: string;
  readonly caFile: string;
}

interface Verdict {
  /** Of the refusal; empty when it was allowed. */
  readonly message: string;
  readonly warnings: readonly string[];
  /** The `Connection` header of the answer. */
  readonly connection: string | undefined;
}

/** What a mode says to the example review, in a namespace, over a connection of its own. */
export async function askForVerdict(
  { url, caFile }: ServerAddress,
  namespace = 'demo',
  mode: 'enforce' | 'warn' = 'enforce',
): Promise<Verdict> {
  const [ca, example] = await Promise.all([
    readFile(caFile),
    readFile('examples/review-deployment-refused.json', 'utf8'),
  ]);
  const call = request(`${url}/validate/${mode}`, {
    method: 'POST',
    ca,
    // Kept alive, so that it is the server who says that the connection ends.
    headers: { 'content-type': 'application/json', connection: 'keep-alive' },
    agent: false,
  });
  call.end(example.replaceAll('"namespace": "demo"', `"namespace": "${namespace}"`));
  const [answer] = await once(call, 'response');
  const { response } = JSON.parse(await text(answer)) as {
    response: { status?: { message: string }; warnings?: string[] };
  };
  call.destroy();
  return {
    message: response.status?.message ?? '',
    warnings: response.warnings ?? [],
    connection: answer.headers.connection,
  };
}
