import { ParleyError, type RegisterAnswer, type SessionAnswer, type User } from '@parley/contracts';
import { fullJitterMs, type Random } from '../backoff.js';
import type { Exclusive } from './exclusive.js';
import { callRoute, type Fetch } from '../http/http.js';
import { isRetryable, NoAnswerError } from '../no-answer-error.js';
import type { TabChannel } from './tab-channel.js';

/** Who is logged in, and the token that proves it. */
export interface ActiveSession {
  readonly user: User;
  readonly accessToken: string;
  /** By this machine's clock. */
  readonly expiresAtMs: number;
  readonly lifetimeMs: number;
}

export type SessionState =
  | { readonly status: 'unknown' }
  | { readonly status: 'active'; readonly session: ActiveSession }
  /** `reason`: the server's word, `EXPIRED` or `LOGGED_OUT`; undefined when nobody was logged in to begin with. */
  | { readonly status: 'ended'; readonly reason: string | undefined };

/** The cookie is no longer taken. */
export const EXPIRED = 'expired';
/** People wanted it, here or in another tab: the server's word for it too. */
export const LOGGED_OUT = 'logout';

export type SessionNews = { kind: 'active'; session: ActiveSession } | { kind: 'ended'; reason: string | undefined };

/** What calls and connections need: a token that is good now. */
export interface AccessTokens {
  /** @param refused a token that the server no longer takes: never answered again. @throws ParleyError UNAUTHENTICATED, NoAnswerError */
  accessToken(refused?: string): Promise<string>;
}

export interface SessionKeeperOptions {
  readonly fetch: Fetch;
  readonly exclusive: Exclusive;
  readonly channel: TabChannel<SessionNews>;
  readonly random?: Random;
}

/** The name under which tabs take turns with the session cookie. */
const REFRESH = 'parley:refresh';
/** A token that ends within this time is not worth sending. */
const USABLE_MS = 3_000;
const RENEW_LEAD_MAX_MS = 60_000;
/** A lost answer to a refresh leaves us with the predecessor's cookie, which the server honours for 10 s only. */
const QUICK_RETRIES_MS = [300, 1_000, 2_000];

/**
 * Holds the access token in memory and renews it by the session cookie: one refresh at a time, also across tabs,
 * and every tab learns of the result.
 */
export class SessionKeeper implements AccessTokens {
  private current: SessionState = { status: 'unknown' };
  private refreshing: Promise<ActiveSession> | undefined;
  private renewal: ReturnType<typeof setTimeout> | undefined;
  private renewalFailures = 0;
  private isLeaving = false;
  private readonly listeners = new Set<(state: SessionState) => void>();
  private readonly random: Random;

  constructor(private readonly options: SessionKeeperOptions) {
    this.random = options.random ?? Math.random;
    options.channel.listen((news) => {
      if (news.kind === 'active') this.become(news.session);
      // Other tabs may hear it from the server before this one has cleaned up.
      else if (this.current.status === 'active' && !this.isLeaving) this.set({ status: 'ended', reason: news.reason });
    });
  }

  get state(): SessionState {
    return this.current;
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: (state: SessionState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Asks the server who we are. @returns undefined when nobody is logged in. @throws NoAnswerError, ParleyError (retryable) */
  async restore(): Promise<ActiveSession | undefined> {
    try {
      return await this.refresh(undefined);
    } catch (error) {
      if (isRetryable(error)) throw error;
      return undefined;
    }
  }

  async login(username: string, password: string): Promise<void> {
    this.adopt(await callRoute(this.options.fetch, 'POST /api/login', { body: { username, password } }));
  }

  /**
   * Does not make the session current yet: a generated password has to be shown first. Call `adopt` with the answer.
   */
  register(username: string, password: string, displayName: string): Promise<RegisterAnswer> {
    const body = { username, password, ...(displayName.trim() === '' ? {} : { displayName }) };
    return callRoute(this.options.fetch, 'POST /api/register', { body });
  }

  adopt(answer: SessionAnswer): ActiveSession {
    const lifetimeMs = answer.expiresIn * 1000;
    const session: ActiveSession = { user: answer.user, accessToken: answer.accessToken, expiresAtMs: Date.now() + lifetimeMs, lifetimeMs };
    this.become(session);
    this.options.channel.post({ kind: 'active', session });
    return session;
  }

  /**
   * Ends the session on the server, then here. While the server cannot be reached the session stays: its cookie would.
   * @param cleanUp removes what the person leaves on this device, before everybody learns that the session ended
   */
  async logout(cleanUp: () => Promise<void>): Promise<void> {
    this.isLeaving = true;
    try {
      // Never beside a refresh, of whichever tab: its answer would call the session expired, or bring it back.
      await this.options.exclusive.run(REFRESH, async () => {
        await this.endOnServer();
        await cleanUp().catch((error: unknown) => console.warn('something of this session stays on this device', error));
        this.end(LOGGED_OUT);
      });
    } finally {
      this.isLeaving = false;
    }
  }

  /** The server said that the session is over. */
  end(reason: string | undefined): void {
    if (this.current.status === 'ended') return;
    this.set({ status: 'ended', reason });
    this.options.channel.post({ kind: 'ended', reason });
  }

  async accessToken(refused?: string): Promise<string> {
    const { current } = this;
    if (current.status === 'ended') throw new ParleyError('UNAUTHENTICATED');
    if (current.status === 'active' && current.session.accessToken !== refused && isUsable(current.session))
      return current.session.accessToken;
    return (await this.refresh(refused)).accessToken;
  }

  /** A new token, whatever the old one is worth. */
  async renew(): Promise<void> {
    await this.refresh(undefined);
  }

  dispose(): void {
    clearTimeout(this.renewal);
    this.listeners.clear();
    this.options.channel.close();
  }

  private refresh(refused: string | undefined): Promise<ActiveSession> {
    const before = this.current.status === 'active' ? this.current.session.accessToken : undefined;
    this.refreshing ??= this.options.exclusive
      .run(REFRESH, async () => {
        const now = this.current;
        // Logged out while this waited.
        if (before !== undefined && now.status === 'ended') throw new ParleyError('UNAUTHENTICATED');
        // Another tab may have done it while this one waited.
        if (now.status === 'active' && now.session.accessToken !== before && now.session.accessToken !== refused && isUsable(now.session))
          return now.session;
        return this.adopt(await this.askForSession());
      })
      .catch((error: unknown) => {
        if (!isRetryable(error)) this.end(this.current.status === 'active' ? EXPIRED : undefined);
        throw error;
      })
      .finally(() => {
        this.refreshing = undefined;
      });
    return this.refreshing;
  }

  private async endOnServer(): Promise<void> {
    try {
      await callRoute(this.options.fetch, 'POST /api/logout', {});
    } catch (error) {
      if (!(error instanceof ParleyError && error.code === 'UNAUTHENTICATED')) throw error;
    }
  }

  private async askForSession(): Promise<SessionAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await callRoute(this.options.fetch, 'POST /api/refresh', {});
      } catch (error) {
        const waitMs = QUICK_RETRIES_MS[attempt];
        if (!(error instanceof NoAnswerError) || waitMs === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + this.random())));
      }
    }
  }

  private become(session: ActiveSession): void {
    this.set({ status: 'active', session });
    this.renewalFailures = 0;
    const leadMs = Math.min(RENEW_LEAD_MAX_MS, session.lifetimeMs * 0.2) * (1 + this.random());
    this.renewIn(session.expiresAtMs - Date.now() - leadMs);
  }

  private renewIn(delayMs: number): void {
    clearTimeout(this.renewal);
    this.renewal = setTimeout(
      () => {
        this.refresh(undefined).catch((error: unknown) => {
          if (!isRetryable(error)) return;
          this.renewIn(fullJitterMs((this.renewalFailures += 1), this.random));
        });
      },
      Math.max(0, delayMs),
    );
    // In Node a program may end although its session could be renewed. Browsers count their timers.
    if (typeof this.renewal === 'object') this.renewal.unref();
  }

  private set(state: SessionState): void {
    this.current = state;
    if (state.status !== 'active') clearTimeout(this.renewal);
    for (const listener of this.listeners) listener(state);
  }
}

function isUsable(session: ActiveSession): boolean {
  return session.expiresAtMs - Date.now() > Math.min(USABLE_MS, session.lifetimeMs / 2);
}
