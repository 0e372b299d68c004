import { randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { roomChannel, userChannel, type Message, type MessagesBatch } from '@parley/contracts';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Delivery, RoomFanout } from './room-fanout.js';

export interface RoomFanoutWorld extends AsyncDisposable {
  /** One per process that a test wants; in one process they may be the same. */
  readonly fanouts: readonly RoomFanout[];
}

const GATEWAYS = 2;
const PATIENCE = { timeout: 5_000, interval: 5 };

interface Gateway {
  readonly fanout: RoomFanout;
  readonly server: Server;
  readonly http: HttpServer;
  readonly observed: Delivery[];
}

interface Client {
  readonly socket: Socket;
  /** Every event in the order of arrival: `[name, payload]`. */
  readonly events: [string, unknown][];
}

const message = (roomId: string, seq: number, text = `text ${seq}`): Message => ({
  id: randomUUID(),
  roomId,
  seq,
  rev: 0,
  clientMsgId: `c${seq}`,
  kind: 'user',
  sender: null,
  text,
  replyTo: null,
  attachments: [],
  mentions: { userIds: [], everyone: false },
  reactions: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  editedAt: null,
  deletedAt: null,
});

const messages = (roomId: string, from: number, count = 1, epoch = 1): MessagesBatch => ({
  roomId,
  epoch,
  messages: Array.from({ length: count }, (_, i) => message(roomId, from + i)),
});

/** What `RoomFanout` promises, with real sockets. Run it against every adapter; production code never imports this. */
export function roomFanoutContract(start: (processes: number) => Promise<RoomFanoutWorld>): void {
  let world: RoomFanoutWorld;
  let gateways: Gateway[];
  let clients: Client[];

  beforeEach(async () => {
    world = await start(GATEWAYS);
    clients = [];
    gateways = await Promise.all(world.fanouts.map(openGateway));
  });
  afterEach(async () => {
    for (const { socket } of clients) socket.disconnect();
    for (const { server } of gateways) await server.close();
    await world[Symbol.asyncDispose]();
  });

  async function openGateway(fanout: RoomFanout): Promise<Gateway> {
    const http = createServer();
    const server = new Server(http, { transports: ['websocket'], serveClient: false });
    const observed: Delivery[] = [];
    server.on('connection', (socket) => {
      socket.on('join', async (channels: string[], ack: () => void) => {
        await socket.join(channels);
        ack();
      });
      socket.on('leave', async (channel: string, ack: () => void) => {
        await socket.leave(channel);
        ack();
      });
      socket.on('echo', (value: unknown, ack: (value: unknown) => void) => ack(value));
    });
    fanout.attach(server, (delivery) => observed.push(delivery));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return { fanout, server, http, observed };
  }

  async function connect(gateway: Gateway, channels: readonly string[]): Promise<Client> {
    const { port } = gateway.http.address() as AddressInfo;
    const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true, reconnection: false });
    const events: [string, unknown][] = [];
    socket.onAny((name: string, payload: unknown) => events.push([name, payload]));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    if (channels.length > 0) await socket.emitWithAck('join', channels);
    const client = { socket, events };
    clients.push(client);
    return client;
  }

  /** Sends a last event to everyone and waits for it: what did not come before it does not come. */
  async function settle(publisher = gateways[0]!.fanout): Promise<void> {
    const channel = `session:${randomUUID()}`;
    const marker = randomUUID();
    for (const { socket } of clients) await socket.emitWithAck('join', [channel]);
    publisher.toSockets(channel, 'session:ended', { reason: marker });
    await vi.waitFor(() => {
      for (const { events } of clients) expect(events.at(-1)).toEqual(['session:ended', { reason: marker }]);
    }, PATIENCE);
    for (const { events } of clients) events.pop();
    for (const { observed } of gateways) observed.splice(observed.findIndex((delivery) => delivery.channel === channel));
  }

  const seqsOf = (client: Client): number[] =>
    client.events.filter(([name]) => name === 'messages').flatMap(([, batch]) => (batch as MessagesBatch).messages.map(({ seq }) => seq));

  describe('toSockets', () => {
    it('reaches every socket of the channel on every gateway, and nobody else', async () => {
      const [room, other] = [randomUUID(), randomUUID()];
      const inside = [
        await connect(gateways[0]!, [roomChannel(room)]),
        await connect(gateways[0]!, [roomChannel(room), roomChannel(other)]),
        await connect(gateways[1]!, [roomChannel(room)]),
      ];
      const outside = [await connect(gateways[0]!, [roomChannel(other)]), await connect(gateways[1]!, [])];
      const batch = messages(room, 1);
      gateways[0]!.fanout.toSockets(roomChannel(room), 'messages', batch);
      await settle();
      for (const { events } of inside) expect(events).toEqual([['messages', batch]]);
      for (const { events } of outside) expect(events).toEqual([]);
    });

    it('stops with leaving', async () => {
      const room = randomUUID();
      const client = await connect(gateways[0]!, [roomChannel(room)]);
      await client.socket.emitWithAck('leave', roomChannel(room));
      gateways[0]!.fanout.toSockets(roomChannel(room), 'messages', messages(room, 1));
      await settle();
      expect(client.events).toEqual([]);
    });

    it('never delivers inside the call', async () => {
      const room = randomUUID();
      await connect(gateways[0]!, [roomChannel(room)]);
      gateways[0]!.fanout.toSockets(roomChannel(room), 'messages', messages(room, 1));
      expect(gateways[0]!.observed).toEqual([]);
      await vi.waitFor(() => expect(gateways[0]!.observed).toHaveLength(1), PATIENCE);
    });

    it('keeps the order of one publisher to one channel, whatever the events', async () => {
      const room = randomUUID();
      const viewers = [await connect(gateways[0]!, [roomChannel(room)]), await connect(gateways[1]!, [roomChannel(room)])];
      const { fanout } = gateways[0]!;
      for (let seq = 1; seq <= 300; seq++) {
        fanout.toSockets(roomChannel(room), 'messages', messages(room, seq));
        if (seq % 7 === 0) fanout.toSockets(roomChannel(room), 'room:head', { roomId: room, epoch: 1, head: seq, changes: 0 });
        if (seq % 11 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await settle();
      for (const viewer of viewers) {
        let seen = 0;
        let heads = 0;
        for (const [name, payload] of viewer.events) {
          if (name === 'messages') for (const { seq } of (payload as MessagesBatch).messages) expect(seq).toBe(++seen);
          else expect((payload as { head: number }).head).toBe((heads += 7));
          if (name === 'room:head') expect(seen).toBe(heads);
        }
        expect([seen, heads]).toEqual([300, 294]);
      }
    });

    it('keeps order among acknowledgements and events of one socket', async () => {
      const room = randomUUID();
      const client = await connect(gateways[0]!, [roomChannel(room)]);
      const acks: number[] = [];
      for (let seq = 1; seq <= 50; seq++) {
        client.socket.emit('echo', seq, (value: number) => acks.push(value));
        gateways[0]!.fanout.toSockets(roomChannel(room), 'messages', messages(room, seq));
      }
      await settle();
      await vi.waitFor(() => expect(acks).toEqual(Array.from({ length: 50 }, (_, i) => i + 1)), PATIENCE);
      expect(seqsOf(client)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    });

    it('sends messages of a room that wait together in one frame', async () => {
      const room = randomUUID();
      const client = await connect(gateways[0]!, [roomChannel(room)]);
      const batches = [messages(room, 1), messages(room, 2, 3), messages(room, 5)];
      for (const batch of batches) gateways[0]!.fanout.toSockets(roomChannel(room), 'messages', batch);
      await settle();
      expect(client.events).toEqual([['messages', { roomId: room, epoch: 1, messages: batches.flatMap((batch) => batch.messages) }]]);
      expect(gateways[0]!.observed.map((delivery) => delivery.payload)).toEqual(client.events.map(([, payload]) => payload));
    });

    it.each([
      ['a hole lies between them', 1, (room: string) => messages(room, 3)],
      ['they are of different epochs', 1, (room: string) => messages(room, 2, 1, 2)],
      ['they repeat each other', 2, (room: string) => messages(room, 2)],
    ])('does not join messages when %s', async (_, first, later) => {
      const room = randomUUID();
      const client = await connect(gateways[0]!, [roomChannel(room)]);
      const batches = [messages(room, 1, first), later(room)];
      for (const batch of batches) gateways[0]!.fanout.toSockets(roomChannel(room), 'messages', batch);
      await settle();
      expect(client.events).toEqual(batches.map((batch) => ['messages', batch]));
    });

    it('carries text of any kind and size', async () => {
      const user = randomUUID();
      const client = await connect(gateways[1]!, [userChannel(user)]);
      const batch = {
        roomId: user,
        epoch: 1,
        messages: ['\u0000\u2028"\\', '😀'.repeat(4_000), '\ud800', 'x'.repeat(70_000)].map((text, i) => message(user, i + 1, text)),
      };
      gateways[0]!.fanout.toSockets(userChannel(user), 'messages', batch);
      await settle();
      expect(seqsOf(client)).toEqual([1, 2, 3, 4]);
      const texts = (client.events[0]![1] as MessagesBatch).messages.map(({ text }) => text.length);
      expect(texts).toEqual([4, 8_000, 1, 70_000]);
    });

    it('is seen once per gateway that has sockets in the channel', async () => {
      const room = randomUUID();
      await connect(gateways[0]!, [roomChannel(room)]);
      await connect(gateways[0]!, [roomChannel(room)]);
      await connect(gateways[1]!, []);
      const batch = messages(room, 1);
      gateways[0]!.fanout.toSockets(roomChannel(room), 'messages', batch);
      await settle();
      expect(gateways[0]!.observed).toEqual([{ channel: roomChannel(room), event: 'messages', payload: batch }]);
      expect(gateways[1]!.observed).toEqual([]);
    });
  });

  describe('toProcesses', () => {
    it('reaches every listener of the subject in every process, this one included', async () => {
      const heard: unknown[][] = gateways.map(() => []);
      const others: unknown[] = [];
      gateways.forEach(({ fanout }, index) => fanout.listen(`notices-${index}`, (payload) => heard[index]!.push(payload)));
      gateways[0]!.fanout.listen('others', (payload) => others.push(payload));
      for (const index of gateways.keys()) gateways[0]!.fanout.toProcesses(`notices-${index}`, { n: [1, null, 'ü'] });
      await vi.waitFor(() => expect(heard).toEqual(gateways.map(() => [{ n: [1, null, 'ü'] }])), PATIENCE);
      expect(others).toEqual([]);
    });

    it('hands over a copy, on a later turn, in order', async () => {
      const payload = { list: [0] };
      const heard: (typeof payload)[] = [];
      gateways[0]!.fanout.listen('copies', (copy) => heard.push(copy as typeof payload));
      for (let n = 0; n < 20; n++) {
        payload.list[0] = n;
        gateways[0]!.fanout.toProcesses('copies', payload);
      }
      expect(heard).toEqual([]);
      await vi.waitFor(() => expect(heard.map(({ list }) => list[0])).toEqual(Array.from({ length: 20 }, (_, n) => n)), PATIENCE);
      expect(heard.every((copy) => copy !== payload)).toBe(true);
    });

    it('ends for a listener that wants no more; one that throws disturbs nobody', async () => {
      const heard: string[] = [];
      const { fanout } = gateways[0]!;
      fanout.listen('notices', () => {
        throw new Error('not me');
      });
      const stop = fanout.listen('notices', () => heard.push('stopped'));
      fanout.listen('notices', () => heard.push('lasting'));
      stop();
      fanout.toProcesses('notices', 1);
      await vi.waitFor(() => expect(heard).toEqual(['lasting']), PATIENCE);
    });
  });
}
