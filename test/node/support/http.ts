/** HTTP as the API server speaks it to a webhook: from the node, outside of any pod. */
import type { NodeAccess } from '../../cluster/node/access.ts';

const PROGRAM = `
const { request } = await import(process.argv[1].startsWith('https') ? 'node:https' : 'node:http');
const outgoing = request(process.argv[1], { rejectUnauthorized: false, timeout: 2000 }, async (response) => {
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  process.stdout.write(JSON.stringify({ status: response.statusCode, body }));
});
outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
outgoing.on('error', (error) => process.stdout.write(JSON.stringify({ status: 0, body: error.message })));
outgoing.end();
`;

export interface Answer {
  /** 0 when there was no answer; the body then says why. */
  readonly status: number;
  readonly body: string;
}

/** GET; no certificate is verified. */
export async function httpGet(node: NodeAccess, url: string): Promise<Answer> {
  const { stdout } = await node.exec(process.execPath, ['--input-type=module', '-e', PROGRAM, url]);
  const answer: Answer = JSON.parse(stdout);
  return answer;
}
