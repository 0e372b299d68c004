import {
  ParleyError,
  type ClientAnswer,
  type ClientEventName,
  type ClientPayloadInput,
  type HistoryAnswer,
  type Message,
  type Room,
  type SentMessage,
  type ServerEventName,
  type ServerPayload,
  type User,
} from '@parley/contracts';
import { v7 } from 'uuid';
import { orAborted } from './abortable.js';
import type { BackoffRange } from './backoff.js';
import { ApiClient } from './http/api-client.js';
import { cookieFetch } from './http/cookie-fetch.js';
import { callRoute, type Fetch } from './http/http.js';
import { ChatConnection, type ConnectionState } from './live/chat-connection.js';
import type { OpenSocket } from './live/raw-socket.js';
import { socketIoAt } from './live/socket-io.js';
import { EventListeners } from './live/event-listeners.js';
import { isRetryable, NoAnswerError } from './no-answer-error.js';
import { Patience } from './patience.js';
import type { RoomReplica } from './rooms/room-replica.js';
import { RoomSync } from './rooms/room-sync.js';
import { LocalExclusive } from './session/exclusive.js';
import { EXPIRED, SessionKeeper, type SessionState } from './session/session-keeper.js';
import { noOtherTabs } from './session/tab-channel.js';

export interface ChatClientOptions {
  /** Of the whole product: `https://chat.example.org`. */
  readonly url: string;
  /** Longer than the 4 s after which the gateway answers UNCONFIRMED. */
  readonly ackTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Between connection attempts and between repeats. */
  readonly backoff?: BackoffRange;
  /** How long a hole in a room may close by itself before it is asked for. */
  readonly gapWaitMs?: number;
  /** The three ways out, for whoever wants to see what goes through them. */
  readonly fetch?: Fetch;
  readonly openSocket?: OpenSocket;
  readonly session?: SessionKeeper;
}

export interface SendOptions {
  readonly roomId: string;
  readonly text: string;
  readonly clientMsgId?: string;
  /** Id of the message that this one answers. */
  readonly replyTo?: string;
  /** Ids of files that were uploaded. */
  readonly attachments?: string[];
}

export interface RepeatOptions {
  /** Gives up, whatever the state. */
  readonly signal?: AbortSignal | undefined;
  /** An attempt failed, and another one follows unless the signal fired. */
  readonly onFailure?: (failure: unknown) => void;
}

/**
 * A person or a bot on one device, over HTTP and a live connection: reconnects with back-off and a fresh token, keeps its
 * open rooms whole, repeats a send with the same id until the answer is definite. Runs in Node and in browsers.
 */
export class ChatClient implements AsyncDisposable {
  readonly session: SessionKeeper;
  readonly api: ApiClient;
  readonly rooms: RoomSync;
  /** Connections that became ready. */
  connects = 0;
  /** Why this client will not connect again, unless it logs in anew. */
  ended: Error | undefined;
  protected readonly connection: ChatConnection;
  private readonly fetch: Fetch;
  private readonly listeners = new EventListeners();
  private readonly messageListeners = new Set<(message: Message) => void>();
  private readonly life = new AbortController();
  private waiting: { resolve: () => void; reject: (reason: Error) => void }[] = [];
  private readonly ackTimeoutMs: number;
  private readonly backoff: BackoffRange;

  constructor(options: ChatClientOptions) {
    this.ackTimeoutMs = options.ackTimeoutMs ?? 6_000;
    this.backoff = options.backoff ?? { baseMs: 1_000, maxMs: 30_000 };
    this.fetch = options.fetch ?? cookieFetch(() => options.url);
    this.session = options.session ?? new SessionKeeper({ fetch: this.fetch, exclusive: new LocalExclusive(), channel: noOtherTabs() });
    this.session.subscribe((state) => this.sessionChanged(state));
    this.api = new ApiClient(this.fetch, this.session);
    this.connection = new ChatConnection({
      tokens: this.session,
      openSocket: options.openSocket ?? socketIoAt(options.url),
      backoff: this.backoff,
      readyTimeoutMs: options.connectTimeoutMs ?? 15_000,
      onEvent: ({ name, payload }) => this.receive(name, payload),
      onState: (state) => this.connectionChanged(state),
      onOnline: async (ready) => {
        this.connects += 1;
        this.receive('ready', ready);
        await this.rooms.resume();
      },
      onSessionEnded: (reason) => {
        this.end(new Error(`session ended: ${reason}`));
        this.session.end(reason);
      },
    });
    this.rooms = new RoomSync({
      emit: (event, payload) => this.emit(event, payload),
      repeat: (event, payload) => this.emitReliably(event, payload),
      historyAfter: (roomId, seq) => this.history(roomId, { after: String(seq), limit: '200' }),
      onReceived: (message, isNew) => {
        this.received(message);
        if (isNew) for (const listener of this.messageListeners) listener(message);
      },
      onRestarted: (roomId) => this.restarted(roomId),
      signal: this.life.signal,
      gapWaitMs: options.gapWaitMs ?? 200,
    });
  }

  /** Who is logged in. */
  get me(): User {
    const { state } = this.session;
    if (state.status !== 'active') throw new ParleyError('UNAUTHENTICATED');
    return state.session.user;
  }

  get isConnected(): boolean {
    return this.connection.state.status === 'online';
  }

  /** @throws ParleyError INVALID_CREDENTIALS and others; NoAnswerError */
  async login(username: string, password: string): Promise<this> {
    this.ended = undefined;
    this.session.adopt(await callRoute(this.fetch, 'POST /api/login', { body: { username, password } }));
    return this;
  }

  /** Resolves when connected, after as many attempts as it takes; rejects when it was refused for good. Stays connected. */
  async connect(): Promise<this> {
    if (this.ended) throw this.ended;
    this.connection.start();
    if (!this.isConnected) await new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
    return this;
  }

  /** Every room that this account is in, private chats that began among them. */
  async joinedRooms(): Promise<Room[]> {
    const { conversations } = await this.api.call('GET /api/chat/conversations');
    return conversations.map(({ room }) => room);
  }

  async history(roomId: string, query: { before?: string; after?: string; around?: string; limit?: string } = {}): Promise<HistoryAnswer> {
    return this.api.call('GET /api/chat/rooms/{id}/messages', { params: { id: roomId }, query });
  }

  /** From here on the room is kept whole, over reconnects. */
  async openRoom(roomId: string): Promise<RoomReplica> {
    return this.rooms.open(roomId);
  }

  /** @throws Error when the room is not open (any more) */
  timeline(roomId: string): RoomReplica {
    const replica = this.rooms.timelines.get(roomId);
    if (!replica) throw new Error(`room ${roomId} is not open (${this.rooms.failures.get(roomId) ?? 'never was'})`);
    return replica;
  }

  /** Events as they come: they may be lost, doubled or late. @returns a function that ends it */
  on<E extends ServerEventName>(event: E, handle: (payload: ServerPayload<E>) => void): () => void {
    return this.listeners.add(event, handle);
  }

  /**
   * Every message of the open rooms that is newer than their opening: once, in order, and also what came while the
   * connection was away. @returns a function that ends it
   */
  onMessage(handle: (message: Message) => void): () => void {
    this.messageListeners.add(handle);
    return () => this.messageListeners.delete(handle);
  }

  /** Once, with no repeat. @throws ParleyError a refusal; NoAnswerError when there was no answer */
  async emit<E extends ClientEventName>(event: E, payload: ClientPayloadInput<E>): Promise<ClientAnswer<E>> {
    try {
      return await this.connection.request(event, payload, this.ackTimeoutMs);
    } catch (error) {
      // Everything is answered, if only with an error: silence means that the connection is dead without knowing it.
      if (error instanceof NoAnswerError && error.reason === 'timeout') this.connection.suspect();
      throw error;
    }
  }

  /** Again and again, over reconnects, until the answer is definite: for whatever may be done twice. */
  async emitReliably<E extends ClientEventName>(
    event: E,
    payload: ClientPayloadInput<E>,
    { signal: given, onFailure = () => undefined }: RepeatOptions = {},
  ): Promise<ClientAnswer<E>> {
    const signal = given ? AbortSignal.any([this.life.signal, given]) : this.life.signal;
    const patience = new Patience(this.backoff);
    for (;;) {
      signal.throwIfAborted();
      await orAborted(this.connect(), signal);
      try {
        return await orAborted(this.emit(event, payload), signal, (reason) => onFailure(reason));
      } catch (error) {
        if (signal.aborted || !isRetryable(error)) throw error;
        onFailure(error);
        await patience.wait(signal, error instanceof ParleyError ? error.retryAfterMs : 0);
      }
    }
  }

  /**
   * Repeats with the same id until the server has accepted or refused the message for good. Rejects with the refusal,
   * or with the reason of the signal. Messages of one room keep their order only if each waits for the one before.
   */
  async sendReliably(message: SendOptions, options?: RepeatOptions): Promise<SentMessage & { clientMsgId: string }> {
    const command = { clientMsgId: v7(), ...message };
    const sent = await this.emitReliably('message:send', command, options);
    return { ...sent, clientMsgId: command.clientMsgId };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const reason = new Error('the client was disposed');
    this.end(this.ended ?? reason);
    this.life.abort(this.ended);
    this.session.dispose();
    return Promise.resolve();
  }

  /** A message of an open room took its place, one of the first page too; or it contradicts one that is there. */
  protected received(_message: Message): void {}

  /** The history of an open room is another one, and what was received of it counts no more. */
  protected restarted(_roomId: string): void {}

  private receive<E extends ServerEventName>(event: E, payload: ServerPayload<E>): void {
    if (event === 'messages') this.rooms.take(payload as ServerPayload<'messages'>);
    if (event === 'message:changed') this.rooms.change(payload as ServerPayload<'message:changed'>);
    if (event === 'room:head') this.rooms.noteHead(payload as ServerPayload<'room:head'>);
    this.listeners.tell(event, payload);
  }

  private sessionChanged(state: SessionState): void {
    if (state.status === 'active') void this.connection.renew(state.session.accessToken);
    else if (state.status === 'ended')
      this.end(
        state.reason === undefined || state.reason === EXPIRED
          ? new ParleyError('UNAUTHENTICATED')
          : new Error(`session ended: ${state.reason}`),
      );
  }

  private connectionChanged(state: ConnectionState): void {
    if (state.status === 'online') for (const { resolve } of this.waiting.splice(0)) resolve();
    if (state.status !== 'waiting' || state.refusal === undefined || state.refusal === 'UNAUTHENTICATED') return;
    const refusal = new ParleyError(state.refusal);
    if (!refusal.isRetryable) this.end(refusal);
  }

  private end(reason: Error): void {
    this.ended ??= reason;
    this.connection.stop();
    for (const { reject } of this.waiting.splice(0)) reject(this.ended);
  }
}
