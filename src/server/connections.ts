import type { Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from './limits.ts';
import { OpenConnections } from './open-connections.ts';

/**
 * Decides which answers end their connection. A client is only ever told so with an answer (`Connection: close`): the API
 * server does not retry a POST on a connection that was closed under it.
 */
export class Connections {
  /** When a connection is to be recycled, in milliseconds of `Date.now()`. */
  readonly #recycleAt = new WeakMap<Socket, number>();
  readonly #maxAgeMs: number;
  readonly #many: number;
  #open: OpenConnections | undefined;
  #draining = false;

  /**
   * @param maxAgeMs milliseconds after which a connection ends with its next answer, so that replicas come to share the load
   * @param many connections from which on a new one makes room for itself
   */
  constructor(maxAgeMs: number = limits.connectionMaxAge, many: number = limits.manyConnections) {
    this.#maxAgeMs = maxAgeMs;
    this.#many = many;
  }

  attach(server: Server): void {
    server.maxConnections = limits.maxConnections;
    this.#open = new OpenConnections(server, this.#many, (open) => {
      if (!open.endOldestUnused()) server.closeIdleConnections();
    });
    server.on('secureConnection', (socket: Socket) => {
      // Spread by a quarter, so that connections opened together are not all recycled together.
      const age = this.#maxAgeMs * (1 + Math.random() / 4);
      this.#recycleAt.set(socket, Date.now() + age);
    });
  }

  /**
   * Leaves a connection open that nothing has come on, and says so; false for any other. Go opens more connections than it
   * needs and keeps them as long as used ones (net/http, Transport.IdleConnTimeout), so that the first call over one may
   * come when Node, which counts from the handshake, would end it with 408: the call would be lost.
   */
  keepUnused(socket: Duplex): boolean {
    if (this.#open?.isUnused(socket) !== true || !(socket instanceof Socket)) return false;
    // Node looks at it no more until something comes, and ends it then.
    socket.setTimeout(limits.server.keepAliveTimeout);
    return true;
  }

  /**
   * From now on every answer ends its connection. Resolves after the lame-duck time, through which the server goes on
   * listening: new connections still arrive at a pod that is terminating.
   * @param lameDuckMs milliseconds
   */
  async drain(lameDuckMs: number): Promise<void> {
    this.#draining = true;
    if (lameDuckMs > 0) await sleep(lameDuckMs);
    this.#open?.endAllUnused();
  }

  shouldClose(socket: Socket): boolean {
    if (this.#draining) return true;
    const at = this.#recycleAt.get(socket);
    return at !== undefined && Date.now() > at;
  }
}
