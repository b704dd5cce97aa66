/**
 * Requests to an application: one connection each, as from many clients, or kept alive.
 * usage: requests.ts URL RATE KEEP_ALIVE(yes|no) STOP_FILE RESULT_FILE
 */
import { Agent, get } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { atRate, reasonOf } from './until-told.ts';
import type { RequestRecord } from './records.ts';

const TIMEOUT_MS = 3000;

const [url = '', rate = '', keepAlive = '', stop = '', result = ''] = process.argv.slice(2);
const agent = keepAlive === 'yes' ? new Agent({ keepAlive: true, maxSockets: 64 }) : new Agent();
const records: RequestRecord[] = [];

await atRate(
  Number(rate),
  { stop, result },
  async () => {
    const at = Date.now();
    const failed = (reason: string): void => {
      records.push({ at, milliseconds: Date.now() - at, failure: reason });
    };
    try {
      const outgoing = get(url, { agent, signal: AbortSignal.timeout(TIMEOUT_MS) });
      const [answer] = await once(outgoing, 'response');
      const body = await text(answer);
      if (answer.statusCode === 200) records.push({ at, milliseconds: Date.now() - at, pod: body.trim() });
      else failed(`HTTP ${answer.statusCode}`);
    } catch (error) {
      failed(reasonOf(error));
    }
  },
  () => records,
);
agent.destroy();
