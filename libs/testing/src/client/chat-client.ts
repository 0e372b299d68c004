import { ChatClient as Client, NoAnswerError, type BackoffRange, type SendOptions } from '@parley/client';
import { ParleyError, type Ack, type Message, type SentMessage } from '@parley/contracts';
import type { HistoryRecorder } from '../history/history-recorder.js';
import { newClientMsgId, TEST_PASSWORD, uniqueUsername } from '../names.js';
import { HttpSession, type Account } from './http-session.js';
import { SocketTap } from './socket-tap.js';

export interface ChatClientOptions {
  /** Of the whole product: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly recorder?: HistoryRecorder;
  readonly ackTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly backoff?: BackoffRange;
  readonly gapWaitMs?: number;
}

/** The client as everybody has it, in more of a hurry, with a record of what it did and saw and with ways to misbehave. */
export class ChatClient extends Client {
  /** Names this device in a history; one person may have several. */
  readonly id = newClientMsgId();
  readonly http: HttpSession;
  /** Sends that were repeated. */
  retries = 0;
  readonly #recorder: HistoryRecorder | undefined;
  readonly #tap: SocketTap;

  constructor({ recorder, ...options }: ChatClientOptions) {
    const http = new HttpSession(options.url);
    const tap = new SocketTap(options.url);
    super({
      connectTimeoutMs: 5_000,
      backoff: { baseMs: 100, maxMs: 2_000 },
      ...options,
      fetch: http.fetch,
      session: http.keeper,
      openSocket: tap.open,
    });
    this.http = http;
    this.#tap = tap;
    this.#recorder = recorder;
  }

  get userId(): string {
    return this.http.userId;
  }

  /** Registers under a name that nobody else uses, unless one is given. */
  async register(account: Partial<Account> = {}): Promise<this> {
    await this.http.register({ username: uniqueUsername(), password: TEST_PASSWORD, ...account });
    return this;
  }

  override async login(username: string, password: string = TEST_PASSWORD): Promise<this> {
    return super.login(username, password);
  }

  /** Anything at all, for tests of bad input. */
  async emitRaw(event: string, payload: unknown): Promise<Ack<unknown>> {
    return (await this.#tap.send(event, payload, 6_000)) as Ack<unknown>;
  }

  /** Loses the connection as a dead network does; the client comes back by itself. */
  cut(): void {
    this.connection.suspect();
  }

  override async sendReliably({
    signal,
    ...send
  }: SendOptions & { readonly signal?: AbortSignal }): Promise<SentMessage & { clientMsgId: string }> {
    const command = { clientMsgId: newClientMsgId(), ...send };
    const attempt = this.#recorder?.attempt({ senderId: this.userId, ...command });
    let mayBeAccepted = false;
    try {
      const sent = await super.sendReliably(command, {
        signal,
        onFailure: (failure) => {
          this.retries += 1;
          mayBeAccepted ||= !isDefinite(failure);
        },
      });
      attempt?.acked(sent.messageId);
      return sent;
    } catch (error) {
      const isRefused = error instanceof ParleyError || this.ended !== undefined || signal?.aborted;
      if (isRefused && !mayBeAccepted) attempt?.rejected();
      throw error;
    }
  }

  protected override received({ id, roomId, seq }: Message): void {
    this.#recorder?.received(this.id, roomId, { seq, messageId: id });
  }

  protected override restarted(roomId: string): void {
    this.#recorder?.forget(this.id, roomId);
  }
}

/** These say that nothing was accepted; all other failures leave it open. */
const isDefinite = (failure: unknown): boolean =>
  (failure instanceof NoAnswerError && failure.reason === 'offline') ||
  (failure instanceof ParleyError && (failure.code === 'RATE_LIMITED' || failure.code === 'BUSY'));
