/**
 * Admissions: pods that are created in dry run, one of them to be patched and let through, the next to be refused. One
 * that gets neither verdict is lost.
 * usage: admissions.ts KUBECONFIG NAMESPACE RATE CONNECTIONS STOP_FILE RESULT_FILE
 */
import { Agent, request } from 'node:https';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { credentialsOf } from './credentials.ts';
import { baselinePod, barePod, refusal } from './pods.ts';
import { atRate, reasonOf } from './until-told.ts';
import type { RequestRecord } from './records.ts';

const TIMEOUT_MS = 30_000;

const [file = '', namespace = '', rate = '', connections = '', stop = '', result = ''] =
  process.argv.slice(2);
const { server, tls } = await credentialsOf(file);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections), ...tls });
const url = `${server}/api/v1/namespaces/${namespace}/pods?dryRun=All`;
const name = { generateName: 'load-' };
const [accepted, refused] = [JSON.stringify(baselinePod(name)), JSON.stringify(barePod(name))];

const records: RequestRecord[] = [];

await atRate(
  Number(rate),
  { stop, result },
  async (index) => {
    const at = Date.now();
    const isAccepted = index % 2 === 0;
    let failure: string | undefined;
    try {
      const outgoing = request(url, {
        agent,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      outgoing.end(isAccepted ? accepted : refused);
      const [answer] = await once(outgoing, 'response');
      const body = await text(answer);
      // What passes has been patched: a webhook that was skipped would let it pass as well.
      const isRight = isAccepted
        ? answer.statusCode === 201 && body.includes('"preStop"')
        : answer.statusCode === 403 && body.includes(refusal);
      if (!isRight) failure = `HTTP ${answer.statusCode}: ${messageOf(body)}`;
    } catch (error) {
      failure = reasonOf(error);
    }
    records.push({ at, milliseconds: Date.now() - at, ...(failure !== undefined && { failure }) });
  },
  () => records,
);
agent.destroy();

function messageOf(body: string): string {
  try {
    return String((JSON.parse(body) as { message?: unknown }).message).slice(0, 300);
  } catch {
    return body.slice(0, 300);
  }
}
