/**
 * Who is answered. A browser is driven by other pages too, and those can reach the loopback: by their own requests, and by
 * a name of theirs that leads to 127.0.0.1 (DNS rebinding), which makes them the same origin.
 */
import type { IncomingHttpHeaders } from 'node:http';

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Why a request is not answered; undefined for one that is. */
export function callerProblem(method: string, headers: IncomingHttpHeaders): string | undefined {
  const { host = '', origin } = headers;
  const called = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  if (called === undefined || !loopbackNames.has(called.hostname))
    return 'the playground answers only to 127.0.0.1, localhost and [::1]';
  // To look at the page, a link from elsewhere is fine.
  if (method === 'GET' || method === 'HEAD') return undefined;
  const site = headers['sec-fetch-site'] ?? 'same-origin';
  if (site !== 'same-origin' || (origin !== undefined && origin !== called.origin))
    return 'the playground answers only to its own page';
  return undefined;
}
