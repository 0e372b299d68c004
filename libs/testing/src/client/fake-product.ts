import {
  LIMITS,
  ParleyError,
  SESSION_COOKIE,
  ackError,
  type Ack,
  type ClientToServerEvents,
  type ErrorCode,
  type Message,
  type OpenedRoom,
  type ServerToClientEvents,
  type User,
} from '@parley/contracts';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { v7 } from 'uuid';

/** What becomes of the next send: stored and answered, stored and not answered, or an error instead of either. */
type Fate = 'store' | 'store-silently' | 'ignore' | { code: ErrorCode; retryAfterMs?: number };

const at = new Date(0).toISOString();

/**
 * The contract in small, with a will of its own: just enough of HTTP and Socket.IO for the client to be tested against
 * real connections, and switches for everything that goes wrong in a real installation.
 */
export class FakeProduct implements AsyncDisposable {
  readonly rooms = new Map<string, Message[]>();
  readonly sends: { clientMsgId: string; fate: Fate }[] = [];
  /** Consumed one by one; without one a send is stored. */
  readonly fates: Fate[] = [];
  /** Consumed one by one: answers for rooms of a sync. */
  readonly syncFaults: ErrorCode[] = [];
  readonly calls: string[] = [];
  epoch = 1;
  /** Stored messages do not reach the sockets. */
  isDeaf = false;
  /** More missed messages than this are not recovered. */
  recoverMax: number = LIMITS.syncMessagesMax;
  /** Code that refuses the next connections. */
  refusal: { code: ErrorCode; retryAfterMs?: number } | undefined;
  readonly #users = new Map<string, User>();
  readonly #tokens = new Map<string, User>();
  readonly #cookies = new Map<string, User>();
  #http: HttpServer;
  #io: Server<ClientToServerEvents, ServerToClientEvents>;
  #port = 0;

  private constructor() {
    [this.#http, this.#io] = this.#create();
  }

  static async start(): Promise<FakeProduct> {
    const product = new FakeProduct();
    await product.#listen();
    return product;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get sockets(): number {
    return this.#io.sockets.sockets.size;
  }

  /** Vanishes from the network and comes back at the same address with what it had stored. */
  async stop(): Promise<void> {
    await this.#io.close();
  }

  async restart(): Promise<void> {
    [this.#http, this.#io] = this.#create();
    await this.#listen();
  }

  expireTokens(): void {
    this.#tokens.clear();
  }

  endSession(reason: string): void {
    this.#io.emit('session:ended', { reason });
    this.#io.disconnectSockets(true);
  }

  drain(afterMs: number): void {
    this.#io.emit('server:drain', { afterMs });
  }

  announceHead(roomId: string): void {
    this.#io.to(roomId).emit('room:head', { roomId, epoch: this.epoch, head: this.#room(roomId).length, changes: 0 });
  }

  /** A message by nobody in particular. */
  post(roomId: string, text: string): Message {
    return this.#store(roomId, v7(), text, null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #create(): [HttpServer, Server<ClientToServerEvents, ServerToClientEvents>] {
    const http = createServer((request, response) => void this.#onRequest(request, response));
    const io = new Server<ClientToServerEvents, ServerToClientEvents>(http, { transports: ['websocket'], serveClient: false });
    io.use((socket, next) => {
      const user = this.#tokens.get((socket.handshake.auth as { token: string }).token);
      const refusal = this.refusal ?? (user ? undefined : { code: 'UNAUTHENTICATED' as const });
      if (!refusal) return next();
      const { code, ...rest } = refusal;
      return next(Object.assign(new Error(code), { data: { code, retryable: new ParleyError(code).isRetryable, ...rest } }));
    });
    io.on('connection', (socket) => this.#onSocket(socket));
    return [http, io];
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#http.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#http.address() as AddressInfo).port;
  }

  #onSocket(socket: Socket<ClientToServerEvents, ServerToClientEvents>): void {
    const user = this.#tokens.get((socket.handshake.auth as { token: string }).token)!;
    socket.onAny((event: string) => this.calls.push(event));
    socket.on('message:send', (command, ack) => {
      const fate = this.fates.shift() ?? 'store';
      this.sends.push({ clientMsgId: command.clientMsgId, fate });
      if (typeof fate === 'object') return ack(refused(fate.code, fate.retryAfterMs));
      if (fate === 'ignore') return undefined;
      const message = this.#store(command.roomId, command.clientMsgId, command.text ?? '', user);
      return fate === 'store' ? ack({ ok: true, data: { messageId: message.id, acceptedAt: at } }) : undefined;
    });
    socket.on('room:open', ({ roomId, epoch, lastSeq }, ack) => {
      if (!this.rooms.has(roomId)) return ack(refused('ROOM_NOT_FOUND'));
      void socket.join(roomId);
      return ack({ ok: true, data: this.#open(roomId, epoch, lastSeq) });
    });
    socket.on('rooms:sync', ({ rooms }, ack) => {
      const answers = (rooms as { roomId: string; epoch: number; lastSeq: number }[]).map(({ roomId, epoch, lastSeq }) => {
        const fault = this.syncFaults.shift() ?? (this.rooms.has(roomId) ? undefined : 'ROOM_NOT_FOUND');
        if (fault) return { roomId, error: { code: fault } };
        void socket.join(roomId);
        return this.#open(roomId, epoch, lastSeq);
      });
      ack({ ok: true, data: { rooms: answers } });
    });
    socket.on('room:close', ({ roomId }, ack) => {
      void socket.leave(roomId);
      ack({ ok: true, data: {} });
    });
    socket.emit('ready', {
      userId: user.id,
      sessionId: user.id,
      serverTime: at,
      heartbeatMs: 25_000,
      limits: { ...LIMITS, mediaBytesMax: 1 },
    });
  }

  #open(roomId: string, epoch: number | undefined, lastSeq: number | undefined): OpenedRoom {
    const messages = this.#room(roomId);
    const base = { roomId, epoch: this.epoch, head: messages.length, changes: 0, readSeq: 0 };
    const isKnown = epoch === this.epoch && lastSeq !== undefined && lastSeq <= messages.length;
    if (isKnown && messages.length - lastSeq <= this.recoverMax) return { ...base, recovered: true, messages: messages.slice(lastSeq) };
    return { ...base, recovered: false, messages: messages.slice(-LIMITS.pageDefault) };
  }

  #room(roomId: string): Message[] {
    const messages = this.rooms.get(roomId) ?? [];
    this.rooms.set(roomId, messages);
    return messages;
  }

  #store(roomId: string, clientMsgId: string, text: string, sender: User | null): Message {
    const messages = this.#room(roomId);
    const known = messages.find((message) => message.clientMsgId === clientMsgId);
    if (known) return known;
    const message: Message = {
      id: v7(),
      roomId,
      seq: messages.length + 1,
      rev: 0,
      clientMsgId,
      kind: sender ? 'user' : 'system',
      sender,
      text,
      replyTo: null,
      attachments: [],
      mentions: { userIds: [], everyone: false },
      reactions: [],
      createdAt: at,
      editedAt: null,
      deletedAt: null,
    };
    messages.push(message);
    if (!this.isDeaf) this.#io.to(roomId).emit('messages', { roomId, epoch: this.epoch, messages: [message] });
    return message;
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const name = `${request.method} ${url.pathname}`;
    this.calls.push(name);
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const history = /^\/api\/chat\/rooms\/([^/]+)\/messages$/.exec(url.pathname);
    if (name === 'POST /api/register') return this.#begin(response, 201, (JSON.parse(text) as { username: string }).username);
    const user = this.#cookies.get(request.headers.cookie ?? '');
    if (name === 'POST /api/refresh' && user) return this.#begin(response, 200, user.username);
    if (history && this.#tokens.has(request.headers.authorization?.slice(7) ?? '')) {
      return this.#history(response, history[1]!, Number(url.searchParams.get('after')), Number(url.searchParams.get('limit')));
    }
    return json(response, 401, { type: 'about:blank', title: 'x', status: 401, code: 'UNAUTHENTICATED', detail: 'x', requestId: 'x' });
  }

  #begin(response: ServerResponse, status: number, username: string): void {
    const fresh = { id: v7(), username, displayName: username, avatarUrl: '/', bio: '', status: null, createdAt: at, roles: [] };
    const user = this.#users.get(username) ?? fresh;
    const cookie = `${SESSION_COOKIE}=${v7()}`;
    const accessToken = v7();
    this.#users.set(username, user);
    this.#tokens.set(accessToken, user);
    this.#cookies.set(cookie, user);
    response.setHeader('set-cookie', `${cookie}; Path=/; HttpOnly`);
    json(response, status, { user, accessToken, expiresIn: 600 });
  }

  #history(response: ServerResponse, roomId: string, after: number, limit: number): void {
    const messages = this.#room(roomId).slice(after, after + limit);
    const head = this.#room(roomId).length;
    json(response, 200, {
      roomId,
      epoch: this.epoch,
      head,
      changes: 0,
      messages,
      hasMoreBefore: after > 0,
      hasMoreAfter: after + limit < head,
    });
  }
}

const refused = (code: ErrorCode, retryAfterMs?: number): Ack<never> => ({
  ok: false,
  error: ackError(new ParleyError(code, retryAfterMs === undefined ? {} : { retryAfterMs })),
});

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', 'x-request-id': 'x' });
  response.end(JSON.stringify(body));
}
