/**
 * Requests to an application: one connection each, as from many clients, or over connections that are kept alive, as from
 * a proxy. The latter asks again when a connection that was used before is reset before the answer: a server that stops
 * closes its idle connections, and cannot know that a request is on its way. No delay before SIGTERM ends that race; RFC
 * 9110, section 9.2.2, and the clients that keep connections (net/http of Go, browsers, nginx) do.
 * usage: requests.ts URL RATE KEEP_ALIVE(yes|no) STOP_FILE RESULT_FILE
 */
import { Agent, get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { atRate, reasonOf } from './until-told.ts';
import type { RequestRecord } from './records.ts';

const TIMEOUT_MS = 3000;
const closedUnderIt = new Set(['ECONNRESET', 'EPIPE']);

const [url = '', rate = '', keepAlive = '', stop = '', result = ''] = process.argv.slice(2);
const agent = keepAlive === 'yes' ? new Agent({ keepAlive: true, maxSockets: 64 }) : new Agent();
const records: RequestRecord[] = [];

await atRate(
  Number(rate),
  { stop, result },
  async () => {
    const at = Date.now();
    let retries = 0;
    const record = (outcome: Pick<RequestRecord, 'pod' | 'failure'>): void => {
      records.push({ at, milliseconds: Date.now() - at, ...(retries > 0 && { retries }), ...outcome });
    };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const answer = await ask(signal, () => (retries += 1));
      const body = await text(answer);
      record(answer.statusCode === 200 ? { pod: body.trim() } : { failure: `HTTP ${answer.statusCode}` });
    } catch (error) {
      record({ failure: reasonOf(error) });
    }
  },
  () => records,
);
agent.destroy();

/** Asks again as long as it was a connection used before that was reset; each of them is gone then, so this ends. */
async function ask(signal: AbortSignal, again: () => void): Promise<IncomingMessage> {
  for (;;) {
    const outgoing = get(url, { agent, signal });
    try {
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      return answer;
    } catch (error) {
      if (!outgoing.reusedSocket || !closedUnderIt.has(reasonOf(error))) throw error;
      again();
    }
  }
}
