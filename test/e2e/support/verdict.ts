import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface ServerAddress {
  readonly url: string;
  readonly caFile: string;
}

/** What `enforce` says to the example review, over a connection of its own. */
export async function askForVerdict({
  url,
  caFile,
}: ServerAddress): Promise<{ message: string; connection: string | undefined }> {
  const [ca, review] = await Promise.all([
    readFile(caFile),
    readFile('examples/review-deployment-refused.json'),
  ]);
  const call = request(`${url}/validate/enforce`, {
    method: 'POST',
    ca,
    // Kept alive, so that it is the server who says that the connection ends.
    headers: { 'content-type': 'application/json', connection: 'keep-alive' },
    agent: false,
  });
  call.end(review);
  const [answer] = await once(call, 'response');
  const { response } = JSON.parse(await text(answer)) as { response: { status?: { message: string } } };
  call.destroy();
  return { message: response.status?.message ?? '', connection: answer.headers.connection };
}
