import { randomUUID } from 'node:crypto';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import {
  CachedRoomAccess,
  ChangeOutcomes,
  MediaLibrary,
  MessageHistory,
  NamedRooms,
  Profiles,
  ReadMarkers,
  RoomAccess,
  Sessions,
  SessionsModule,
  mediaLimitConfig,
} from '@parley/chat';
import {
  MembershipChanged,
  MessagePosted,
  RoomChanged,
  SessionRevoked,
  roomChannel,
  type Ack,
  type ClientAnswer,
  type ClientEventName,
  type Message,
  type MessageChange,
  type RoomRole,
  type ServerEventName,
  type ServerPayload,
} from '@parley/contracts';
import {
  EventLog,
  InProcessRoomFanout,
  MemoryOccupancy,
  MemoryPresenceStore,
  Occupancy,
  MemoryRateLimiter,
  PresenceStore,
  RateLimiter,
  RoomFanout,
} from '@parley/platform';
import { bootstrap, createLogger, listenConfig, loadConfig, serverConfig, type RunningApp } from '@parley/runtime';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { GatewayIoAdapter, GatewayModule, gatewayConfig } from '../src/index.js';
import { MemoryEventLog } from './memory-event-log.js';
import { World, userOf } from './world.js';

/** A fan-out that loses what a test tells it to lose, as Redis may. */
export class LossyFanout extends InProcessRoomFanout {
  isLosing = false;
  private readonly handles: (() => void)[] = [];
  readonly interrupted = (): void => this.handles.forEach((handle) => handle());

  override toSockets<E extends ServerEventName>(channel: string, event: E, payload: ServerPayload<E>): void {
    if (!this.isLosing) super.toSockets(channel, event, payload);
  }

  override onInterrupted(handle?: () => void): () => void {
    if (handle) this.handles.push(handle);
    return () => undefined;
  }
}

interface Received {
  readonly event: string;
  readonly payload: unknown;
}

/** One client as it is: everything that reached it, in order. */
export class TestClient {
  readonly received: Received[] = [];
  ended: string | undefined;

  constructor(
    readonly socket: Socket,
    readonly userId: string,
    readonly sessionId: string,
  ) {
    socket.onAny((event: string, payload: unknown) => this.received.push({ event, payload }));
    socket.on('disconnect', (reason) => (this.ended = reason));
  }

  of<E extends ServerEventName>(event: E): ServerPayload<E>[] {
    return this.received.filter((each) => each.event === event).map(({ payload }) => payload as ServerPayload<E>);
  }

  /** Positions of the messages that came live, in order of arrival. */
  seqs(roomId: string): number[] {
    return this.of('messages')
      .filter((batch) => batch.roomId === roomId)
      .flatMap(({ messages }) => messages.map(({ seq }) => seq));
  }

  async ask(event: string, ...args: unknown[]): Promise<Ack<never>> {
    return (await this.socket.timeout(5000).emitWithAck(event, ...args)) as Ack<never>;
  }

  /** The data of a positive answer. */
  async get<E extends ClientEventName>(event: E, payload: unknown): Promise<ClientAnswer<E>> {
    const ack = (await this.ask(event, payload)) as Ack<ClientAnswer<E>>;
    if (!ack.ok) throw new Error(`${event}: ${ack.error.code} ${ack.error.message}`);
    return ack.data;
  }

  async code(event: string, ...args: unknown[]): Promise<string> {
    const ack = await this.ask(event, ...args);
    return ack.ok ? 'ok' : ack.error.code;
  }
}

/** The gateway with its real Socket.IO server, and everything around it in memory. */
export class GatewayFixture implements AsyncDisposable {
  readonly clients: TestClient[] = [];

  private constructor(
    readonly app: RunningApp,
    readonly world: World,
    readonly log: MemoryEventLog,
    readonly fanout: LossyFanout,
    readonly presence: MemoryPresenceStore,
  ) {}

  /** `isCaching`: with what services have in front of `RoomAccess`, so that a test may not change the world behind its back. */
  static async start(env: Record<string, string> = {}, limitsFactor = 1, { isCaching = false } = {}): Promise<GatewayFixture> {
    const world = new World();
    const log = new MemoryEventLog();
    const fanout = new LossyFanout();
    const presence = new MemoryPresenceStore();
    const ports = [
      { provide: EventLog, useValue: log },
      { provide: RoomFanout, useValue: fanout },
      { provide: PresenceStore, useValue: presence },
      { provide: Occupancy, useValue: new MemoryOccupancy() },
      { provide: RateLimiter, useValue: new MemoryRateLimiter({ factor: limitsFactor }) },
      { provide: NamedRooms, useValue: world.named },
      { provide: RoomAccess, useFactory: () => (isCaching ? new CachedRoomAccess(world, log, fanout) : world) },
      ...[ReadMarkers, MediaLibrary, MessageHistory, ChangeOutcomes, Profiles, Sessions].map((provide) => ({ provide, useValue: world })),
    ];
    @Global()
    @Module({})
    class Around {}
    const around: DynamicModule = { module: Around, providers: ports, exports: ports };
    @Module({ imports: [around, SessionsModule, GatewayModule] })
    class Root {}
    const config = loadConfig([serverConfig, listenConfig, gatewayConfig, mediaLimitConfig], {
      PORT: '0',
      PARLEY_GATEWAY_DRAIN_WINDOW_MS: '0',
      ...env,
    });
    const app = await bootstrap({
      module: Root,
      config,
      configure: (nest) => void nest.useWebSocketAdapter(new GatewayIoAdapter(nest)),
      logger: createLogger('fatal'),
    });
    return new GatewayFixture(app, world, log, fanout, presence);
  }

  get url(): string {
    return `http://127.0.0.1:${this.app.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.clients) socket.disconnect();
    await this.app.close();
  }

  /** Connects as somebody and waits for `ready`; rejects with the `connect_error`. */
  async connect(
    userId: string = randomUUID(),
    options: { sessionId?: string; expiresInSeconds?: number; client?: Partial<ManagerOptions & SocketOptions> } = {},
  ): Promise<TestClient> {
    const { sessionId = randomUUID(), expiresInSeconds = 600, client = {} } = options;
    const token = await this.world.token(userId, { sessionId, expiresInSeconds });
    const test = new TestClient(this.open({ auth: { token }, ...client }), userId, sessionId);
    this.clients.push(test);
    await new Promise<void>((resolve, reject) => {
      test.socket.once('ready', () => resolve());
      test.socket.once('connect_error', reject);
    });
    return test;
  }

  /** Connects as a client of the old applications does: by cookie, from a page of ours. */
  async connectClassic(userId: string = randomUUID(), options: { sessionId?: string } = {}): Promise<TestClient> {
    const { sessionId = randomUUID() } = options;
    const cookie = randomUUID();
    this.world.cookies.set(cookie, { userId, sessionId, roles: [] });
    const extraHeaders = { Cookie: `other=1; parley_session=${cookie}`, Origin: `http://localhost:${this.app.port}` };
    const test = new TestClient(this.open({ extraHeaders }), userId, sessionId);
    this.clients.push(test);
    await new Promise<void>((resolve, reject) => {
      test.socket.once('connect', () => resolve());
      test.socket.once('connect_error', reject);
    });
    return test;
  }

  /** A socket of the stock client, not yet connected as anybody. */
  open(options: Partial<ManagerOptions & SocketOptions>): Socket {
    return io(this.url, { transports: ['websocket'], forceNew: true, reconnection: false, ...options });
  }

  /** Stores a message and fans it out, as the messages service does after a commit. */
  post(roomId: string, senderId: string, text = 'hello'): Message {
    const message = this.world.store(roomId, senderId, text);
    this.fanout.toSockets(roomChannel(roomId), 'messages', { roomId, epoch: this.world.epoch, messages: [message] });
    return message;
  }

  /** Changes a message and fans it out. */
  change(roomId: string, messageId: string, change: Partial<Message>): MessageChange {
    const news = this.world.change(roomId, messageId, change);
    this.fanout.toSockets(roomChannel(roomId), 'message:changed', news);
    return news;
  }

  /** Lets what was posted through the gateway be stored and fanned out. */
  storePosted(): Message[] {
    return this.log.appended
      .splice(0)
      .filter(({ type }) => type === MessagePosted.type)
      .map(({ payload }) => {
        const { roomId, senderId, text, clientMsgId } = payload as MessagePosted;
        const message = this.world.store(roomId, senderId, text, clientMsgId);
        this.fanout.toSockets(roomChannel(roomId), 'messages', { roomId, epoch: this.world.epoch, messages: [message] });
        return message;
      });
  }

  async changeMember(roomId: string, userId: string, change: MembershipChanged['change'], role: RoomRole | null): Promise<void> {
    const room = this.world.room(roomId);
    if (role) room.members.set(userId, role);
    else room.members.delete(userId);
    if (change === 'banned') room.banned.add(userId);
    room.memberRev += 1;
    const count = { memberCount: room.members.size, memberRev: room.memberRev };
    await this.log.append(MembershipChanged, {
      roomId,
      userId,
      change,
      role,
      user: userOf(userId),
      ...count,
      at: new Date().toISOString(),
    });
  }

  async rename(roomId: string, name: string): Promise<void> {
    const { kind, visibility, members } = this.world.room(roomId);
    const state = { topic: '', slowModeSeconds: 0, archivedAt: null, createdAt: new Date().toISOString(), createdBy: null };
    await this.log.append(RoomChanged, { room: { ...state, id: roomId, kind, visibility, name, memberCount: members.size, head: 0 } });
  }

  async revoke(userId: string, sessionId: string): Promise<void> {
    await this.log.append(SessionRevoked, { userId, sessionId, reason: 'logout', at: new Date().toISOString() });
  }
}
