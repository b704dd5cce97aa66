import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from './limits.ts';

/**
 * Decides which answers end their connection. A client is only ever told so with an answer (`Connection: close`): the API
 * server does not retry a POST on a connection that was closed under it.
 */
export class Connections {
  /** When a connection is to be recycled, in milliseconds of `Date.now()`. */
  readonly #recycleAt = new WeakMap<Socket, number>();
  readonly #maxAgeMs: number;
  #draining = false;

  /** @param maxAgeMs milliseconds after which a connection ends with its next answer, so that replicas come to share the load */
  constructor(maxAgeMs: number = limits.connectionMaxAge) {
    this.#maxAgeMs = maxAgeMs;
  }

  attach(server: Server): void {
    server.maxConnections = limits.maxConnections;
    server.on('secureConnection', (socket: Socket) => {
      // Spread by a quarter, so that connections opened together are not all recycled together.
      const age = this.#maxAgeMs * (1 + Math.random() / 4);
      this.#recycleAt.set(socket, Date.now() + age);
    });
  }

  /**
   * From now on every answer ends its connection. Resolves after the lame-duck time, through which the server goes on
   * listening: new connections still arrive at a pod that is terminating.
   * @param lameDuckMs milliseconds
   */
  async drain(lameDuckMs: number): Promise<void> {
    this.#draining = true;
    if (lameDuckMs > 0) await sleep(lameDuckMs);
  }

  shouldClose(socket: Socket): boolean {
    if (this.#draining) return true;
    const at = this.#recycleAt.get(socket);
    return at !== undefined && Date.now() > at;
  }
}
