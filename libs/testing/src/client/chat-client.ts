import {
  ParleyError,
  type Ack,
  type ClientAnswer,
  type ClientEventName,
  type ClientPayloadInput,
  type HistoryAnswer,
  type SentMessage,
  type ServerEventName,
  type ServerPayload,
} from '@parley/contracts';
import { EventEmitter } from 'node:events';
import type { HistoryRecorder } from '../history/history-recorder.js';
import { newClientMsgId, TEST_PASSWORD, uniqueUsername } from '../names.js';
import { orAborted } from './abortable.js';
import { BackOff } from './back-off.js';
import { ConnectionKeeper } from './connection-keeper.js';
import { HttpSession, type Account } from './http-session.js';
import { NoAnswerError } from './no-answer-error.js';
import { RoomSync } from './room-sync.js';
import type { RoomTimeline } from './room-timeline.js';

export interface ChatClientOptions {
  /** Of the whole product: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly recorder?: HistoryRecorder;
  /** Longer than the 4 s after which the gateway answers UNCONFIRMED. */
  readonly ackTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Back-off between connection attempts and between repeats, before jitter. */
  readonly backOff?: { readonly firstMs: number; readonly maxMs: number };
  readonly gapWaitMs?: number;
}

export interface SendOptions {
  readonly roomId: string;
  readonly text: string;
  readonly clientMsgId?: string;
  readonly replyTo?: string;
  /** Gives up, whatever the state. */
  readonly signal?: AbortSignal;
}

/**
 * A client as a good one behaves, over real HTTP and a real WebSocket: reconnects with back-off and a fresh token,
 * keeps its open rooms whole, repeats a send with the same id until the answer is definite.
 */
export class ChatClient implements AsyncDisposable {
  /** Names this device in a history; one person may have several. */
  readonly id = newClientMsgId();
  readonly http: HttpSession;
  readonly rooms: RoomSync;
  /** Sends that were repeated. */
  retries = 0;
  readonly #keeper: ConnectionKeeper;
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #ackTimeoutMs: number;
  readonly #backOff: { firstMs: number; maxMs: number };

  constructor(private readonly options: ChatClientOptions) {
    this.http = new HttpSession(options.url);
    this.#ackTimeoutMs = options.ackTimeoutMs ?? 6_000;
    this.#backOff = options.backOff ?? { firstMs: 100, maxMs: 2_000 };
    this.#keeper = new ConnectionKeeper(this.http, {
      url: options.url,
      connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
      backOff: this.#backOff,
      onEvent: (event, payload) => this.#onEvent(event, payload),
      onReady: () => this.rooms.resume(),
    });
    this.rooms = new RoomSync({
      emit: (event, payload) => this.emit(event, payload),
      repeat: (event, payload) => this.#repeat(event, payload, this.#keeper.signal),
      historyAfter: (roomId, seq) => this.history(roomId, { after: String(seq), limit: '200' }),
      onReceived: ({ id, roomId, seq }) => options.recorder?.received(this.id, roomId, { seq, messageId: id }),
      onRestarted: (roomId) => options.recorder?.forget(this.id, roomId),
      signal: this.#keeper.signal,
      gapWaitMs: options.gapWaitMs ?? 200,
    });
  }

  get userId(): string {
    return this.http.userId;
  }

  get isConnected(): boolean {
    return this.#keeper.isConnected;
  }

  /** Registers under a name that nobody else uses, unless one is given. */
  async register(account: Partial<Account> = {}): Promise<this> {
    await this.http.register({ username: uniqueUsername(), password: TEST_PASSWORD, ...account });
    return this;
  }

  async login(username: string, password: string = TEST_PASSWORD): Promise<this> {
    await this.http.login(username, password);
    return this;
  }

  async history(roomId: string, query: { before?: string; after?: string; around?: string; limit?: string } = {}): Promise<HistoryAnswer> {
    return this.http.call('GET /api/chat/rooms/{id}/messages', { params: { id: roomId }, query });
  }

  /** Connections that became ready. */
  get connects(): number {
    return this.#keeper.connects;
  }

  /** Why this client will not connect again. */
  get ended(): Error | undefined {
    return this.#keeper.ended;
  }

  /** Resolves when connected, after as many attempts as it takes; rejects when it was refused for good. Stays connected. */
  async connect(): Promise<this> {
    await this.#keeper.connect();
    return this;
  }

  /** Once, with no repeat. A refusal is a `ParleyError`, no answer a `NoAnswerError`. */
  async emit<E extends ClientEventName>(event: E, payload: ClientPayloadInput<E>): Promise<ClientAnswer<E>> {
    return this.#keeper.live.emit(event, payload, this.#ackTimeoutMs);
  }

  /** Anything at all, for tests of bad input. */
  async emitRaw(event: string, payload: unknown): Promise<Ack<unknown>> {
    return this.#keeper.live.emitRaw(event, payload, this.#ackTimeoutMs);
  }

  on<E extends ServerEventName>(event: E, handle: (payload: ServerPayload<E>) => void): () => void {
    this.#events.on(event, handle);
    return () => this.#events.off(event, handle);
  }

  async openRoom(roomId: string): Promise<RoomTimeline> {
    return this.rooms.open(roomId);
  }

  timeline(roomId: string): RoomTimeline {
    const timeline = this.rooms.timelines.get(roomId);
    if (!timeline) throw new Error(`room ${roomId} is not open (${this.rooms.failures.get(roomId) ?? 'never was'})`);
    return timeline;
  }

  /**
   * Repeats with the same id until the server has accepted or refused the message for good. Rejects with the refusal,
   * or with the reason of the signal. Messages of one room keep their order only if each waits for the one before.
   */
  async sendReliably({ signal, ...send }: SendOptions): Promise<SentMessage & { clientMsgId: string }> {
    const command = { clientMsgId: newClientMsgId(), ...send };
    const attempt = this.options.recorder?.attempt({ senderId: this.userId, ...command });
    let mayBeAccepted = false;
    try {
      const sent = await this.#repeat('message:send', command, anyOf(this.#keeper.signal, signal), (failure) => {
        this.retries += 1;
        mayBeAccepted ||= !isDefinite(failure);
      });
      attempt?.acked(sent.messageId);
      return { ...sent, clientMsgId: command.clientMsgId };
    } catch (error) {
      const isRefused = error instanceof ParleyError || this.#keeper.signal.aborted || signal?.aborted;
      if (isRefused && !mayBeAccepted) attempt?.rejected();
      throw error;
    }
  }

  /** Loses the connection as a dead network does; the client comes back by itself. */
  cut(): void {
    this.#keeper.cut();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper.close();
  }

  async #repeat<E extends ClientEventName>(
    event: E,
    payload: ClientPayloadInput<E>,
    signal: AbortSignal,
    onFailure: (failure: unknown) => void = () => undefined,
  ): Promise<ClientAnswer<E>> {
    const backOff = new BackOff(this.#backOff.firstMs, this.#backOff.maxMs);
    for (;;) {
      signal.throwIfAborted();
      await orAborted(this.connect(), signal);
      try {
        return await orAborted(this.emit(event, payload), signal, (reason) => onFailure(reason));
      } catch (error) {
        if (signal.aborted) throw error;
        if (!(error instanceof NoAnswerError) && !(error instanceof ParleyError && error.isRetryable)) throw error;
        onFailure(error);
        await backOff.wait(signal, error instanceof ParleyError ? error.retryAfterMs : 0);
      }
    }
  }

  #onEvent<E extends ServerEventName>(event: E, payload: ServerPayload<E>): void {
    if (event === 'messages') this.rooms.take(payload as ServerPayload<'messages'>);
    if (event === 'message:changed') this.rooms.change(payload as ServerPayload<'message:changed'>);
    if (event === 'room:head') this.rooms.noteHead(payload as ServerPayload<'room:head'>);
    this.#events.emit(event, payload);
  }
}

/** These say that nothing was accepted; all other failures leave it open. */
const isDefinite = (failure: unknown): boolean =>
  (failure instanceof NoAnswerError && !failure.wasSent) ||
  (failure instanceof ParleyError && (failure.code === 'RATE_LIMITED' || failure.code === 'BUSY'));

const anyOf = (life: AbortSignal, signal: AbortSignal | undefined): AbortSignal => (signal ? AbortSignal.any([life, signal]) : life);
