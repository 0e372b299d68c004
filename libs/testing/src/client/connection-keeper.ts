import { ParleyError, type ServerPayload } from '@parley/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../eventually.js';
import { BackOff } from './back-off.js';
import type { HttpSession } from './http-session.js';
import { LiveConnection, type LiveHandlers } from './live-connection.js';
import { NoAnswerError } from './no-answer-error.js';

export interface KeeperOptions {
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly backOff: { readonly firstMs: number; readonly maxMs: number };
  readonly onEvent: LiveHandlers['onEvent'];
  /** Ready, for the first time or again: the server knows nothing of earlier connections. */
  readonly onReady: () => Promise<void>;
}

/**
 * Sees to it that there is a connection: the first, the next after a loss, another one while the server drains. Asks
 * for a new token before the old one ends or when it is refused. Gives up only when refused for good.
 */
export class ConnectionKeeper {
  /** Connections that became ready. */
  connects = 0;
  /** Why there will be no further connection. */
  ended: Error | undefined;
  #connection: LiveConnection | undefined;
  #connecting: Promise<void> | undefined;
  #renewal: NodeJS.Timeout | undefined;
  readonly #life = new AbortController();

  constructor(
    private readonly http: HttpSession,
    private readonly options: KeeperOptions,
  ) {}

  /** Fires when the client is disposed of. */
  get signal(): AbortSignal {
    return this.#life.signal;
  }

  get isConnected(): boolean {
    return this.#connection?.isOpen ?? false;
  }

  /** Resolves when connected, after as many attempts as it takes; rejects when it was refused for good. */
  async connect(): Promise<void> {
    if (this.ended) throw this.ended;
    if (!this.isConnected) await (this.#connecting ??= this.#connectUntilReady().finally(() => (this.#connecting = undefined)));
  }

  /** The connection of the moment; a `NoAnswerError` when there is none. */
  get live(): LiveConnection {
    if (!this.#connection) throw new NoAnswerError('not connected', false);
    return this.#connection;
  }

  cut(): void {
    this.#connection?.cut();
  }

  async close(): Promise<void> {
    this.ended ??= new Error('the client was disposed');
    this.#life.abort(this.ended);
    clearTimeout(this.#renewal);
    this.#connection?.close();
    await this.#connecting?.catch(() => undefined);
  }

  async #connectUntilReady(): Promise<void> {
    const backOff = new BackOff(this.options.backOff.firstMs, this.options.backOff.maxMs);
    let isTokenNew = false;
    for (;;) {
      this.#life.signal.throwIfAborted();
      try {
        if (isTokenNew || performance.now() > this.http.expiresAtMs) await this.http.refresh();
        this.#adopt(await this.#open());
        return;
      } catch (error) {
        const isOldToken: boolean = error instanceof ParleyError && error.code === 'UNAUTHENTICATED' && !isTokenNew;
        if (error instanceof ParleyError && !error.isRetryable && !isOldToken) throw (this.ended = error);
        if (!(error instanceof ParleyError) && !(error instanceof NoAnswerError)) throw error;
        isTokenNew = isOldToken;
        if (!isOldToken) await backOff.wait(this.#life.signal, error instanceof ParleyError ? error.retryAfterMs : 0);
      }
    }
  }

  async #open(): Promise<LiveConnection> {
    const handlers: LiveHandlers = {
      onEvent: (event, payload) => {
        if (event === 'session:ended') this.ended = new Error(`session ended: ${(payload as ServerPayload<'session:ended'>).reason}`);
        if (event === 'server:drain') this.#inBackground(this.#moveAway((payload as ServerPayload<'server:drain'>).afterMs));
        this.options.onEvent(event, payload);
      },
      onLost: (connection) => this.#onLost(connection),
    };
    const connection = await LiveConnection.open(this.options.url, this.http.accessToken, handlers, this.options.connectTimeoutMs);
    if (this.#life.signal.aborted) connection.close();
    this.#life.signal.throwIfAborted();
    return connection;
  }

  #adopt(connection: LiveConnection): void {
    this.connects += 1;
    this.#connection = connection;
    this.#inBackground(this.options.onReady());
    this.#renewLater();
  }

  #renewLater(): void {
    clearTimeout(this.#renewal);
    const leftMs = Math.max(0, this.http.expiresAtMs - performance.now());
    this.#renewal = setTimeout(() => this.#inBackground(this.#renew()), leftMs * 0.8);
    this.#renewal.unref();
  }

  async #renew(): Promise<void> {
    try {
      await this.http.refresh();
      await this.live.emit('auth:renew', { token: this.http.accessToken }, this.options.connectTimeoutMs);
      this.#renewLater();
    } catch (error) {
      if (!(error instanceof NoAnswerError) && !(error instanceof ParleyError)) throw error; // the server cuts us; then we log in anew
    }
  }

  /** The gateway is about to leave: the new connection first, then the old one goes. */
  async #moveAway(afterMs: number): Promise<void> {
    const old = this.#connection;
    await delay((Math.random() * afterMs) / 2, undefined, { signal: this.#life.signal });
    if (!old || old !== this.#connection) return;
    const fresh = await this.#open().catch((error: unknown) => {
      if (error instanceof NoAnswerError || error instanceof ParleyError) return undefined; // then we wait to be cut
      throw error;
    });
    if (!fresh) return;
    this.#adopt(fresh);
    await eventually(() => !old.isWaiting, { timeoutMs: afterMs / 2 }).catch(() => undefined);
    old.close();
  }

  #onLost(connection: LiveConnection): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    if (!this.ended) this.#inBackground(this.connect());
  }

  /** What fails here is a refusal for good, kept in `ended`, or a fault of the product or of this class: loud. */
  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!this.#life.signal.aborted && error !== this.ended) throw error;
    });
  }
}
