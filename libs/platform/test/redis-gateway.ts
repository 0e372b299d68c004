import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Message, MessagesBatch } from '@parley/contracts';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import type { Delivery, RoomFanout } from '../src/room-fanout/room-fanout.js';

/** A gateway with nothing but rooms. */
export interface TestGateway extends AsyncDisposable {
  readonly observed: Delivery[];
  readonly server: Server;
  /** A client in these channels, with all events that came to it: `[name, payload]`. */
  connect(channels: readonly string[]): Promise<{ readonly socket: Socket; readonly events: [string, unknown][] }>;
}

export async function openGateway(fanout: RoomFanout): Promise<TestGateway> {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'], serveClient: false });
  const observed: Delivery[] = [];
  const clients: Socket[] = [];
  server.on('connection', (socket) => {
    socket.on('join', async (channels: string[], ack: () => void) => {
      await socket.join(channels);
      ack();
    });
  });
  fanout.attach(server, (delivery) => observed.push(delivery));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    observed,
    server,
    async connect(channels) {
      const { port } = http.address() as AddressInfo;
      const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true, reconnection: false });
      clients.push(socket);
      const events: [string, unknown][] = [];
      socket.onAny((name: string, payload: unknown) => events.push([name, payload]));
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', reject);
      });
      await socket.emitWithAck('join', channels);
      return { socket, events };
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.disconnect();
      await server.close();
    },
  };
}

const message = (roomId: string, seq: number): Message => ({
  id: `00000000-0000-7000-8000-${String(seq).padStart(12, '0')}`,
  roomId,
  seq,
  rev: 0,
  clientMsgId: `c${seq}`,
  kind: 'user',
  sender: null,
  text: `text ${seq} of a usual length, as people write them to each other all day long`,
  replyTo: null,
  attachments: [],
  mentions: { userIds: [], everyone: false },
  reactions: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  editedAt: null,
  deletedAt: null,
});

export const batchOf = (roomId: string, seq: number): MessagesBatch => ({ roomId, epoch: 1, messages: [message(roomId, seq)] });
