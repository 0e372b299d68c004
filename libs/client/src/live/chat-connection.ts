import {
  ParleyError,
  type ClientAnswer,
  type ClientEventName,
  type ClientPayloadInput,
  type ConnectRefusal,
  type ErrorCode,
  type Ready,
} from '@parley/contracts';
import { fullJitterMs, NETWORK_BACKOFF, type BackoffRange, type Random } from '../backoff.js';
import { isRetryable, NoAnswerError } from '../no-answer-error.js';
import type { OpenSocket } from './raw-socket.js';
import type { AccessTokens } from '../session/session-keeper.js';
import { SocketLink, type ServerEvent } from './socket-link.js';

export type ConnectionState =
  | { readonly status: 'stopped' }
  /** Trying now. `hasFailed` tells a first attempt from a repeat. */
  | { readonly status: 'connecting'; readonly hasFailed: boolean }
  | { readonly status: 'online' }
  /** Waiting for the next attempt. `refusal`: the server was reached and said no. */
  | { readonly status: 'waiting'; readonly retryAtMs: number; readonly refusal?: ErrorCode };

export interface ChatConnectionOptions {
  readonly tokens: AccessTokens;
  readonly openSocket: OpenSocket;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onState: (state: ConnectionState) => void;
  /** A connection is there, possibly beside an old one that drains: catch up. The old one closes when this settles. */
  readonly onOnline: (ready: Ready) => Promise<void>;
  /** The session is over: `reason` as the server gave it. */
  readonly onSessionEnded: (reason: string) => void;
  readonly backoff?: BackoffRange;
  /** From the start of the handshake to the server's `ready`. */
  readonly readyTimeoutMs?: number;
  readonly random?: Random;
}

const REQUEST_TIMEOUT_MS = 5_000;
const OLD_LINK_LIMIT_MS = 6_000;
/** After a refusal that a repeat will hardly change. */
const REFUSED_RETRY_MS = 30_000;

/**
 * Keeps one live connection: full-jitter back-off, from 1 to 30 s, reset after as long a time of stable connection; a fresh
 * token for every attempt; renewal of the token in-band; a new connection before a draining gateway closes the old.
 */
export class ChatConnection {
  private current: ConnectionState = { status: 'stopped' };
  private link: SocketLink | undefined;
  /** Being opened; beside `link` while that one drains. */
  private opening: SocketLink | undefined;
  private replaced: SocketLink | undefined;
  private attempt = 0;
  private isAttempting = false;
  /** Increases with every attempt: what an older one still reports is ignored. */
  private generation = 0;
  private refusedToken: string | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private stable: ReturnType<typeof setTimeout> | undefined;
  private readonly random: Random;
  private readonly backoff: BackoffRange;

  constructor(private readonly options: ChatConnectionOptions) {
    this.random = options.random ?? Math.random;
    this.backoff = options.backoff ?? NETWORK_BACKOFF;
  }

  get state(): ConnectionState {
    return this.current;
  }

  start(): void {
    if (this.current.status === 'stopped') void this.connect();
  }

  stop(): void {
    this.generation += 1;
    this.isAttempting = false;
    clearTimeout(this.retry);
    clearTimeout(this.stable);
    for (const link of [this.opening, this.link, this.replaced]) link?.close();
    this.opening = this.link = this.replaced = undefined;
    this.set({ status: 'stopped' });
  }

  /** Skips what is left of the wait: somebody pressed the button, or the network came back. */
  retryNow(): void {
    if (this.current.status === 'waiting') void this.connect();
  }

  /** @throws NoAnswerError at once while there is no connection: nothing is kept for later. */
  request<E extends ClientEventName>(event: E, payload: ClientPayloadInput<E>, timeoutMs = REQUEST_TIMEOUT_MS): Promise<ClientAnswer<E>> {
    return this.link ? this.link.request(event, payload, timeoutMs) : Promise.reject(new NoAnswerError('offline'));
  }

  /** Hands a renewed token to the server, so that the socket outlives the old one. */
  async renew(token: string): Promise<void> {
    if (!this.link || this.link.token === token) return;
    await this.request('auth:renew', { token }).catch((error: unknown) => {
      if (error instanceof ParleyError && error.code === 'UNAUTHENTICATED') this.refusedToken = token;
    });
  }

  /** An open connection did not answer something that always gets an answer: take it for dead. */
  suspect(): void {
    this.link?.abandon();
  }

  private async connect(): Promise<void> {
    clearTimeout(this.retry);
    const generation = (this.generation += 1);
    this.isAttempting = true;
    if (!this.link) this.set({ status: 'connecting', hasFailed: this.attempt > 0 });
    const refused = this.refusedToken;
    this.refusedToken = undefined;
    try {
      const token = await this.options.tokens.accessToken(refused);
      if (generation === this.generation) this.open(token, generation);
    } catch (error) {
      if (generation !== this.generation) return;
      // Whoever keeps the session has told everyone that it is over.
      if (!isRetryable(error)) return this.stop();
      this.failed(undefined, error instanceof ParleyError ? error.retryAfterMs : undefined);
    }
  }

  private open(token: string, generation: number): void {
    const link: SocketLink = new SocketLink(
      this.options.openSocket,
      token,
      {
        ready: (ready) => this.takeOver(link, ready),
        failed: (refusal) => {
          if (generation !== this.generation) return;
          if (refusal?.code === 'UNAUTHENTICATED') this.refusedToken = token;
          this.failed(refusal, refusal?.retryAfterMs);
        },
        lost: () => {
          if (this.link === link) this.lost();
        },
        event: (event) => this.receive(event, link),
      },
      this.options.readyTimeoutMs,
    );
    this.opening = link;
  }

  private takeOver(link: SocketLink, ready: Ready): void {
    const old = this.link;
    this.link = link;
    this.opening = undefined;
    this.isAttempting = false;
    clearTimeout(this.stable);
    this.stable = setTimeout(() => (this.attempt = 0), this.backoff.maxMs);
    this.set({ status: 'online' });
    const caughtUp = this.options.onOnline(ready).catch(() => undefined);
    if (!old) return;
    this.replaced = old;
    void caughtUp.then(() => old.closeWhenIdle(OLD_LINK_LIMIT_MS));
  }

  private failed(refusal: ConnectRefusal | undefined, retryAfterMs: number | undefined): void {
    this.opening = undefined;
    this.isAttempting = false;
    const isTokenRefused = refusal?.code === 'UNAUTHENTICATED';
    const isFinal = refusal !== undefined && !refusal.retryable && !isTokenRefused;
    const jitterMs = fullJitterMs(this.attempt, this.random, this.backoff);
    // The first time a new token most likely settles it; a server that goes on refusing gets the back-off.
    const delayMs = isTokenRefused && this.attempt === 0 ? 0 : Math.max(jitterMs, isFinal ? REFUSED_RETRY_MS : 0) + (retryAfterMs ?? 0);
    this.attempt += 1;
    this.connectIn(delayMs, refusal);
  }

  private lost(): void {
    this.link = undefined;
    clearTimeout(this.stable);
    if (this.isAttempting) return this.set({ status: 'connecting', hasFailed: true });
    const delayMs = fullJitterMs(this.attempt, this.random, this.backoff);
    this.attempt += 1;
    this.connectIn(delayMs, undefined);
  }

  private connectIn(delayMs: number, refusal: ConnectRefusal | undefined): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.connect(), delayMs);
    // Last: whoever hears of a refusal may stop.
    if (!this.link) this.set({ status: 'waiting', retryAtMs: Date.now() + delayMs, ...(refusal ? { refusal: refusal.code } : {}) });
  }

  private receive(event: ServerEvent, link: SocketLink): void {
    this.options.onEvent(event);
    if (event.name === 'session:ended') {
      this.stop();
      this.options.onSessionEnded(event.payload.reason);
    } else if (event.name === 'server:drain') {
      // Everyone on this gateway was told: spread over the window, with time left for the handshake.
      if (link === this.link && !this.isAttempting) this.connectIn(this.random() * event.payload.afterMs * 0.8, undefined);
    }
  }

  private set(state: ConnectionState): void {
    this.current = state;
    this.options.onState(state);
  }
}
