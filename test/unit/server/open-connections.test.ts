import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { limits } from '../../../src/server/limits.ts';
import { OpenConnections } from '../../../src/server/open-connections.ts';

afterEach(() => vi.useRealTimers());

interface Watched {
  readonly server: Server;
  readonly open: OpenConnections;
  readonly connected: () => Promise<Socket>;
}

async function watched(
  listener: RequestListener,
  ...room: ConstructorParameters<typeof OpenConnections> extends [Server, ...infer Rest] ? Rest : never
): Promise<Watched> {
  const server = createServer(listener);
  const open = new OpenConnections(server, ...room);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    server,
    open,
    async connected() {
      const known = once(server, 'connection');
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      onTestFinished(() => void socket.destroy());
      await Promise.all([once(socket, 'connect'), known]);
      return socket;
    },
  };
}

function closed(server: Server): Promise<unknown> {
  const end = once(server, 'close');
  server.close();
  return end;
}

describe('a server that closes', () => {
  it.each([
    ['nothing', ''],
    ['half of a request', 'GET / HTTP/1.1\r\n'],
  ])('does not wait for who has said %s', async (_name, said) => {
    const { server, open, connected } = await watched((_request, response) => response.end());
    const socket = await connected();
    socket.write(said);
    open.endAllUnused();
    await closed(server);
    expect(await connectionsOf(server)).toBe(0);
  });

  it('answers first what it has been asked', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const { server, open, connected } = await watched((_request, response) => {
      void answered.then(() => response.end('answered'));
    });
    const socket = await connected();
    const asked = once(server, 'request');
    socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await asked;
    open.endAllUnused();
    const end = closed(server);
    answer();
    expect(await text(socket)).toMatch(/answered$/);
    await end;
  });

  it('waits for no answer longer than anybody would', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const { server, open, connected } = await watched(() => undefined);
    const socket = await connected();
    const asked = once(server, 'request');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf');
    await asked;
    open.endAllUnused();
    const end = closed(server);
    vi.advanceTimersByTime(limits.longestAnswer - 1);
    expect(await connectionsOf(server)).toBe(1);
    vi.advanceTimersByTime(1);
    await end;
  });

  it('ends a connection that comes while it closes, unless it is used', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const { server, open, connected } = await watched((_request, response) => response.end());
    open.endAllUnused();
    const [unused, used] = [await connected(), await connected()];
    const asked = once(server, 'request');
    used.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await asked;
    const ended = once(unused, 'close');
    vi.advanceTimersByTime(limits.lastConnections);
    await ended;
    expect(await connectionsOf(server)).toBe(1);
  });
});

describe('room', () => {
  it('is made from so many connections on, by the oldest, or by the oldest unused', async () => {
    const made: boolean[] = [];
    const { server, connected } = await watched(
      (_request, response) => response.end(),
      2,
      (open) => {
        if (made.length > 0) open.endOldest();
        else made.push(open.endOldestUnused());
      },
    );
    const used = (await connected()).resume();
    const asked = once(server, 'request');
    used.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await asked;
    const unused = await connected();
    const [first, second] = [once(unused, 'close'), once(used, 'close')];
    await connected();
    await first;
    expect(made).toEqual([true]);
    await connected();
    await second;
  });

  it('is none that nothing unused could make', async () => {
    const made: boolean[] = [];
    const { server, connected } = await watched(
      (_request, response) => response.end(),
      1,
      (open) => made.push(open.endOldestUnused()),
    );
    const asked = once(server, 'request');
    (await connected()).write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await asked;
    await connected();
    expect(made).toEqual([false]);
  });
});

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}
