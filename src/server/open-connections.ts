import type { Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { limits } from './limits.ts';

/**
 * The connections of a server, and which of them are unused: no bytes after the handshake of TLS, or no request where there
 * is none. Node takes these for busy and would wait for them when it closes, and from then on it looks no more at the time
 * that a request takes.
 */
export class OpenConnections {
  /** TCP connections, also those of TLS; the oldest first. */
  readonly #open = new Set<Socket>();
  readonly #unused = new Set<Socket>();
  /** What lies below a connection of TLS. */
  readonly #below = new WeakMap<Duplex, Socket>();
  readonly #server: Server;
  #isEnding = false;

  /**
   * @param most connections from which on each new one makes room
   */
  constructor(server: Server, most = Infinity, makeRoom: (open: OpenConnections) => void = () => undefined) {
    this.#server = server;
    const handshakes = new Map<string, Socket>();
    server.on('connection', (socket: Socket) => {
      const address = addressOf(socket);
      if (this.#open.size >= most) makeRoom(this);
      this.#open.add(socket);
      this.#unused.add(socket);
      handshakes.set(address, socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#unused.delete(socket);
        if (handshakes.get(address) === socket) handshakes.delete(address);
      });
      if (this.#isEnding) setTimeout(() => this.#endUnused(socket), limits.lastConnections).unref();
    });
    server.on('secureConnection', (socket: Socket) => {
      const below = handshakes.get(addressOf(socket));
      if (below === undefined) return;
      this.#below.set(socket, below);
      socket.once('data', () => this.#unused.delete(below));
    });
    server.on('request', ({ socket }) => this.#unused.delete(socket));
  }

  /** Whether nothing has come on a connection. */
  isUnused(socket: Duplex): boolean {
    const below = this.#below.get(socket) ?? socket;
    return below instanceof Socket && this.#unused.has(below);
  }

  /** Ends the oldest connection. */
  endOldest(): void {
    const [oldest] = this.#open;
    this.#end(oldest);
  }

  /** Ends the oldest of those that nothing has come on; false when there is none. */
  endOldestUnused(): boolean {
    const [oldest] = this.#unused;
    this.#end(oldest);
    return oldest !== undefined;
  }

  /**
   * For a server that is about to close: ends what is unused, also what may still come, and what is not answered after the
   * longest time that somebody waits for an answer.
   */
  endAllUnused(): void {
    this.#isEnding = true;
    for (const socket of this.#unused) this.#end(socket);
    setTimeout(() => this.#server.closeAllConnections(), limits.longestAnswer).unref();
  }

  #endUnused(socket: Socket): void {
    if (this.#unused.has(socket)) this.#end(socket);
  }

  /** Counts it no more at once: its event comes later. */
  #end(socket: Socket | undefined): void {
    if (socket === undefined) return;
    this.#open.delete(socket);
    this.#unused.delete(socket);
    socket.destroy();
  }
}

/** The same for a connection of TLS and for the one below it, and for no other that is open. */
function addressOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return [localAddress, localPort, remoteAddress, remotePort].join(' ');
}
