import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Connections } from './connections.ts';

/**
 * Stops without losing a review. The caller has made the process unready already; for the whole lame-duck time the server
 * goes on listening, because new connections still arrive at a pod that is terminating, and ends each connection with its
 * next answer. Only then does it close, which lets everything in flight finish.
 * @param lameDuckMs milliseconds
 */
export async function drainAndClose(
  app: FastifyInstance,
  connections: Connections,
  lameDuckMs: number,
): Promise<void> {
  connections.drain();
  await sleep(lameDuckMs);
  await closeServer(app);
}

/** Stops listening, lets requests in flight finish, and closes idle connections. */
export async function closeServer(app: FastifyInstance): Promise<void> {
  await app.close();
}
