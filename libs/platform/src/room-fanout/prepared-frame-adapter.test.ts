import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket as NetSocket } from 'node:net';
import fc from 'fast-check';
import { Server, type Socket as ServerSocket } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PreparedFrameAdapter } from './prepared-frame-adapter.js';

const PATIENCE = { timeout: 10_000, interval: 5 };
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Client {
  readonly socket: Socket;
  readonly serverSocket: ServerSocket;
  /** First arguments of all events, in the order of arrival. */
  readonly seen: unknown[];
}

describe('PreparedFrameAdapter', () => {
  let server: Server;
  let url: string;
  let clients: Client[];

  beforeEach(async () => {
    const http = createServer();
    server = new Server(http, { transports: ['websocket'], serveClient: false, adapter: PreparedFrameAdapter });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) if (client.socket.connected) wire(client).resume(); // a paused one never sees the end
    for (const { socket } of clients) socket.disconnect();
    await server.close();
  });

  const adapter = () => server.of('/').adapter as PreparedFrameAdapter;

  async function connect(...rooms: string[]): Promise<Client> {
    const connected = once(server, 'connection') as Promise<[ServerSocket]>;
    const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
    const seen: unknown[] = [];
    socket.onAny((_name: string, first: unknown) => seen.push(first));
    const [serverSocket] = await connected;
    await serverSocket.join(rooms);
    serverSocket.on('echo', (value: unknown, ack: (value: unknown) => void) => ack(value));
    await vi.waitFor(() => expect(socket.connected).toBe(true), PATIENCE);
    const client = { socket, serverSocket, seen };
    clients.push(client);
    return client;
  }

  /** The client's end of the connection: while it is paused, the client reads nothing. */
  const wire = ({ socket }: Client): NetSocket => (socket.io.engine.transport as unknown as { ws: { _socket: NetSocket } }).ws._socket;

  const expectArrival = (client: Client, expected: readonly unknown[]) => vi.waitFor(() => expect(client.seen).toEqual(expected), PATIENCE);

  it('takes the short way to sockets with nothing to wait for', async () => {
    const viewers = [await connect('room'), await connect('room')];
    await connect('other');
    await turn(); // the handshake is out
    server.to('room').emit('news', 1);
    server.to('room').emit('news', 2);
    for (const viewer of viewers) await expectArrival(viewer, [1, 2]);
    expect(adapter().counters).toEqual({ direct: 4, queued: 0 });
  });

  it.each([0, 1, 100, 110, 125, 126, 127, 4_000, 65_520, 65_535, 65_536, 200_000])('frames payloads of any length: %i', async (length) => {
    const client = await connect('room');
    const text = 'ä'.repeat(length);
    for (let i = 0; i < 3; i++) server.to('room').emit('news', text);
    await expectArrival(client, [text, text, text]);
  });

  it('carries what JSON can carry, and bytes', async () => {
    const client = await connect('room');
    const payloads = [null, 0, '', { a: [1, { b: '\u2028"\\\0' }] }, [], '😀', '\ud800'];
    for (const payload of payloads) server.to('room').emit('news', payload);
    await expectArrival(client, [...payloads.slice(0, -1), '\ud800']);
    client.seen.length = 0;
    server.to('room').emit('news', { bytes: Buffer.from([1, 2, 3]) });
    server.to('room').emit('news', 'after');
    await expectArrival(client, [{ bytes: Buffer.from([1, 2, 3]) }, 'after']);
  });

  it('reaches several rooms once, everybody, and everybody but some', async () => {
    const [a, b, both] = [await connect('a'), await connect('b'), await connect('a', 'b')];
    server.to('a').to('b').emit('news', 1);
    server.emit('news', 2);
    server.to('a').except('b').emit('news', 3);
    both.serverSocket.to('a').emit('news', 4);
    await expectArrival(a, [1, 2, 3, 4]);
    await expectArrival(both, [1, 2]);
    await expectArrival(b, [1, 2]);
  });

  it('answers a broadcast that asks for acknowledgements', async () => {
    const viewers = [await connect('room'), await connect('room')];
    viewers.forEach(({ socket }, index) => socket.on('question', (_value: number, ack: (value: number) => void) => ack(index)));
    const answers = (await server.to('room').timeout(2_000).emitWithAck('question', 1)) as number[];
    expect(answers.toSorted((x, y) => x - y)).toEqual([0, 1]);
  });

  it('tells outgoing listeners as the usual way does', async () => {
    const { serverSocket } = await connect('room');
    const outgoing: unknown[] = [];
    serverSocket.onAnyOutgoing((name: string, value: unknown) => outgoing.push([name, value]));
    server.to('room').emit('news', 1);
    expect(outgoing).toEqual([['news', 1]]);
  });

  it('writes nothing to connections that are closing', async () => {
    const [going, staying] = [await connect('room'), await connect('room')];
    going.serverSocket.conn.close();
    server.to('room').emit('news', 1);
    await expectArrival(staying, [1]);
    expect(going.seen).toEqual([]);
  });

  it('survives connections that break in a broadcast', async () => {
    const staying = await connect('room');
    for (let i = 0; i < 10; i++) wire(await connect('room')).destroy();
    for (let i = 0; i < 50; i++) {
      server.to('room').emit('news', i);
      await turn();
    }
    await expectArrival(
      staying,
      Array.from({ length: 50 }, (_, i) => i),
    );
    await vi.waitFor(() => expect(server.of('/').sockets.size).toBe(1), PATIENCE);
  });

  describe('a slow reader', () => {
    const big = 'x'.repeat(100_000);

    /** Sends until the connection takes no more; resolves with the numbers sent. */
    const fill = (emit: (n: number) => void): number[] => {
      const sent: number[] = [];
      while (adapter().counters.queued < 5 && sent.length < 1_000) {
        emit(sent.length);
        sent.push(sent.length);
      }
      expect(adapter().counters.queued).toBeGreaterThanOrEqual(5);
      return sent;
    };

    it('gets everything in order, by the usual way, once its connection is full', async () => {
      const slow = await connect('room');
      wire(slow).pause();
      const sent = fill((n) => server.to('room').emit('news', n, big));
      wire(slow).resume();
      await expectArrival(slow, sent);
      await vi.waitFor(async () => {
        const before = adapter().counters.direct;
        server.to('room').emit('news', 'late');
        expect(adapter().counters.direct).toBe(before + 1); // it has recovered
      }, PATIENCE);
    });

    it('holds nobody else up', async () => {
      const [slow, quick] = [await connect('room'), await connect('room')];
      wire(slow).pause();
      const sent = fill((n) => server.to('room').emit('news', n, 'x'.repeat(10_000)));
      await expectArrival(quick, sent);
      expect(slow.seen.length).toBeLessThan(sent.length);
    });

    it('shows what waits for it where others look', async () => {
      const slow = await connect('room');
      wire(slow).pause();
      const sent = fill((n) => server.to('room').emit('news', n, big));
      const conn = slow.serverSocket.conn as unknown as {
        writeBuffer: unknown[];
        transport: { writable: boolean; socket: { bufferedAmount: number } };
      };
      expect(conn.transport.writable).toBe(false);
      expect(conn.transport.socket.bufferedAmount + conn.writeBuffer.length * big.length).toBeGreaterThan(4 * big.length);
      expect(sent.length).toBeGreaterThan(5);
    });

    it('loses volatile events, and only those', async () => {
      const slow = await connect('room');
      wire(slow).pause();
      const sent = fill((n) => server.to('room').emit('news', n, big));
      server.to('room').volatile.emit('news', 'volatile');
      server.to('room').emit('news', 'last');
      wire(slow).resume();
      await expectArrival(slow, [...sent, 'last']);
    });
  });

  it('keeps one order per socket among broadcasts and direct events, whoever reads slowly', async () => {
    const action = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('room', 'all', 'two rooms', 'direct', 'bytes') },
      { weight: 2, arbitrary: fc.constantFrom('turn', 'pause', 'resume') },
    );
    const sized = fc.tuple(action, fc.constantFrom(0, 10, 130, 70_000, 600_000));
    let direct = 0;
    let queued = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(sized, { minLength: 20, maxLength: 120 }), async (steps) => {
        const fast = await connect('room', 'other');
        const slow = await connect('room');
        const expected: number[] = [];
        let n = 0;
        const send = (name: string, size: number): void => {
          const filler = 'x'.repeat(size);
          if (name === 'room') server.to('room').emit('news', n, filler);
          else if (name === 'all') server.emit('news', n, filler);
          else if (name === 'two rooms') server.to('room').to('other').emit('news', n, filler);
          else if (name === 'bytes') server.to('room').emit('news', n, Buffer.from('bytes'));
          else for (const { serverSocket } of [fast, slow]) serverSocket.emit('news', n, filler);
          expected.push(n++);
        };
        for (const [name, size] of steps) {
          if (name === 'turn') await turn();
          else if (name === 'pause') wire(slow).pause();
          else if (name === 'resume') wire(slow).resume();
          else send(name, size);
        }
        wire(slow).resume();
        for (const client of [fast, slow]) {
          await expectArrival(client, expected);
          client.socket.disconnect();
        }
        direct += adapter().counters.direct;
        queued += adapter().counters.queued;
        await vi.waitFor(() => expect(server.of('/').sockets.size).toBe(0), PATIENCE);
      }),
      { numRuns: 25 },
    );
    expect(direct).toBeGreaterThan(100);
    expect(queued).toBeGreaterThan(20);
  });

  it('answers commands in order while broadcasts come between', async () => {
    const client = await connect('room');
    const order: unknown[] = [];
    client.socket.onAny((_name: string, value: unknown) => order.push(value));
    const acks = Array.from({ length: 100 }, (_, i) => {
      if (i % 3 === 0) server.to('room').emit('news', `n${i}`);
      return client.socket.emitWithAck('echo', i).then((value) => order.push(value));
    });
    await Promise.all(acks);
    expect(order.filter((value) => typeof value === 'number')).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(order.filter((value) => typeof value === 'string')).toHaveLength(34);
  });
});
