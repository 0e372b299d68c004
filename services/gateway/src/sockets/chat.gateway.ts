import { Inject } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection, type OnGatewayDisconnect, type OnGatewayInit } from '@nestjs/websockets';
import { mediaLimitConfig } from '@parley/chat';
import { LIMITS, sessionChannel, userChannel, type MessageChange, type MessagesBatch } from '@parley/contracts';
import { RoomFanout, type Delivery } from '@parley/platform';
import type { ConfigOf } from '@parley/runtime';
import { setTimeout as delay } from 'node:timers/promises';
import { ClassicEntry } from '../classic/classic-entry.js';
import { GatewayMetrics } from '../metrics/gateway-metrics.js';
import { ConnectedPeople } from '../people/connected-people.js';
import { PresenceLease } from '../presence/presence-lease.js';
import { PresenceWatch } from '../presence/presence-watch.service.js';
import { HeadCheck } from '../repair/head-check.js';
import { OpenRooms } from '../rooms/open-rooms.js';
import { SessionWatch } from '../sessions/session-watch.js';
import { TypingService } from '../typing/typing.service.js';
import type { ChatServer, ChatSocket } from './chat-socket.js';
import type { EngineConnection } from './engine-connection.js';
import { EventDispatcher } from './event-dispatcher.js';
import { FloodGuard } from './flood-guard.js';
import { PING_INTERVAL_MS } from './gateway-io-adapter.js';
import { HandshakeGuard } from './handshake-guard.js';
import { LocalSockets } from './local-sockets.js';
import { SocketAuthenticator } from './socket-authenticator.js';

/** How long a greeting waits for the rooms of the person (ms). */
const READY_WAIT_MS = 1000;

const limits = {
  textMax: LIMITS.textMax,
  attachmentsMax: LIMITS.attachmentsMax,
  clientMsgIdMax: LIMITS.clientMsgIdMax,
  pageMax: LIMITS.pageMax,
  syncRoomsMax: LIMITS.syncRoomsMax,
  syncMessagesMax: LIMITS.syncMessagesMax,
  presenceMax: LIMITS.presenceMax,
  frameBytesMax: LIMITS.frameBytesMax,
  reactionKindsMax: LIMITS.reactionKindsMax,
  roomNameMax: LIMITS.roomNameMax,
  topicMax: LIMITS.topicMax,
};

/** The life of a socket, from the handshake to its end. What it says meanwhile goes to `EventDispatcher`. */
@WebSocketGateway()
export class ChatGateway implements OnGatewayInit<ChatServer>, OnGatewayConnection<ChatSocket>, OnGatewayDisconnect<ChatSocket> {
  constructor(
    private readonly guard: HandshakeGuard,
    private readonly flood: FloodGuard,
    private readonly authenticator: SocketAuthenticator,
    private readonly dispatcher: EventDispatcher,
    private readonly fanout: RoomFanout,
    private readonly sockets: LocalSockets,
    private readonly people: ConnectedPeople,
    private readonly sessions: SessionWatch,
    private readonly presence: PresenceLease,
    private readonly watching: PresenceWatch,
    private readonly rooms: OpenRooms,
    private readonly typing: TypingService,
    private readonly heads: HeadCheck,
    @Inject(mediaLimitConfig.token) private readonly media: ConfigOf<typeof mediaLimitConfig>,
    private readonly classic: ClassicEntry,
    private readonly metrics: GatewayMetrics,
  ) {}

  afterInit(server: ChatServer): void {
    this.sockets.attach(server);
    server.engine.use(this.guard.check);
    server.engine.on('connection', (conn: EngineConnection) => {
      this.guard.remember(conn);
      this.flood.watch(conn);
      // Nobody asks for it any more, and it holds a kilobyte of headers for as long as the connection lives.
      (conn as { request: unknown }).request = null;
    });
    server.use(this.authenticator.check);
    this.fanout.attach(server, (delivery) => this.observe(delivery));
  }

  handleConnection(socket: ChatSocket): void {
    const { userId, sessionId, classic } = socket.data;
    this.metrics.connected();
    this.dispatcher.listenTo(socket);
    void socket.join([userChannel(userId), sessionChannel(sessionId)]);
    this.sessions.add(socket);
    this.presence.connect(socket);
    if (classic?.start) socket.data.turn = this.classic.start(socket, classic.start);
    if (!classic) void this.greet(socket);
  }

  handleDisconnect(socket: ChatSocket): void {
    this.typing.leaveAll(socket);
    this.rooms.closeAll(socket);
    this.sessions.remove(socket);
    this.presence.disconnect(socket);
    this.watching.forget(socket);
    this.sockets.setSlow(socket, false);
    socket.conn.close(); // the client may have left the namespace only, and would sit there without a budget
  }

  /**
   * Who is told that he is ready misses nothing from then on of what happens in his rooms. A rooms service that does not
   * answer keeps nobody out: what it would have said is caught up with later.
   */
  private async greet(socket: ChatSocket): Promise<void> {
    const { userId, sessionId, person } = socket.data;
    if (!person.isLoaded) await Promise.race([this.people.load(person), delay(READY_WAIT_MS, undefined, { ref: false })]);
    socket.emit('ready', {
      userId,
      sessionId,
      gatewayId: this.presence.gatewayId,
      serverTime: new Date().toISOString(),
      heartbeatMs: PING_INTERVAL_MS,
      limits: { ...limits, mediaBytesMax: this.media.MAX_BYTES },
    });
  }

  private observe({ event, payload, traceparent }: Delivery): void {
    if (event === 'message:changed') return this.heads.observeChange(payload as MessageChange);
    if (event !== 'messages') return;
    const batch = payload as MessagesBatch;
    this.metrics.delivered(batch, traceparent);
    this.heads.observe(batch);
    for (const { sender } of batch.messages) if (sender) this.typing.wrote(batch.roomId, sender.id);
  }
}
