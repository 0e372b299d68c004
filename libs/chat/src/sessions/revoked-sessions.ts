import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ParleyError, SessionRevoked } from '@parley/contracts';
import { EventLog, type Subscription } from '@parley/platform';
import { ACCESS_TOKEN_LEEWAY_SECONDS, ACCESS_TOKEN_SECONDS_MAX } from './access-token.js';
import { Sessions, type RevocationReason, type RevokedSession } from './sessions.js';

const POLL_MS = 10_000;
/** Polls overlap by this much: clocks differ, and a transaction may commit later than it says. */
const OVERLAP_MS = 60_000;
/** No token of a session that ended longer ago can be valid. */
const REMEMBER_MS = (ACCESS_TOKEN_SECONDS_MAX + ACCESS_TOKEN_LEEWAY_SECONDS) * 1000 + OVERLAP_MS;

export type RevocationHandler = (reason: RevocationReason) => void;

/**
 * The sessions that ended while their access tokens may still look valid. Told by the event log at once, and by the
 * auth service every 10 s, so that neither a lost notice nor a broken log lets anyone stay.
 */
@Injectable()
export class RevokedSessions implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RevokedSessions.name);
  /** Session id -> what is known of its end, oldest first. */
  private readonly ended = new Map<string, { readonly reason: RevocationReason; readonly notedAt: number }>();
  private readonly handlers = new Map<string, Set<RevocationHandler>>();
  private subscription: Subscription | undefined;
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  private polledAt: number | undefined;

  constructor(
    private readonly sessions: Sessions,
    private readonly log: EventLog,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.log.tail({
      topic: SessionRevoked.topic,
      events: [SessionRevoked],
      handle: ({ payload }) => this.add(payload),
    });
    await this.pollQuietly();
    this.timer = setInterval(() => void this.pollQuietly(), POLL_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.subscription?.close();
    await this.polling?.catch(() => undefined);
  }

  /** Throws UNAVAILABLE until the sessions that ended before this process started are known. */
  async isRevoked(sessionId: string): Promise<boolean> {
    if (this.polledAt === undefined) await this.poll().catch(unavailable);
    return this.ended.has(sessionId);
  }

  /** Ends a session for this process at once; whoever knows first says so. */
  add({ sessionId, reason }: RevokedSession): void {
    if (this.ended.has(sessionId)) return;
    this.ended.set(sessionId, { reason, notedAt: Date.now() });
    const handlers = this.handlers.get(sessionId);
    this.handlers.delete(sessionId);
    for (const handle of handlers ?? []) this.tell(handle, reason);
  }

  /**
   * Calls `handle` once when the session ends; soon, if it has already. Call the answer when it no longer matters.
   */
  onRevoked(sessionId: string, handle: RevocationHandler): () => void {
    const ended = this.ended.get(sessionId);
    if (ended) {
      let isWanted = true;
      queueMicrotask(() => isWanted && this.tell(handle, ended.reason));
      return () => (isWanted = false);
    }
    const handlers = this.handlers.get(sessionId) ?? new Set();
    this.handlers.set(sessionId, handlers.add(handle));
    return () => {
      handlers.delete(handle);
      if (handlers.size === 0 && this.handlers.get(sessionId) === handlers) this.handlers.delete(sessionId);
    };
  }

  private tell(handle: RevocationHandler, reason: RevocationReason): void {
    try {
      handle(reason);
    } catch (error) {
      this.logger.error({ message: 'a listener to the end of a session failed', error });
    }
  }

  private async pollQuietly(): Promise<void> {
    try {
      await this.poll();
    } catch (error) {
      this.logger.warn({ message: 'ended sessions could not be asked for; the next try follows', error });
    }
  }

  private poll(): Promise<void> {
    this.polling ??= this.ask().finally(() => (this.polling = undefined));
    return this.polling;
  }

  private async ask(): Promise<void> {
    const startedAt = Date.now();
    const since = this.polledAt === undefined ? startedAt - REMEMBER_MS : this.polledAt - OVERLAP_MS;
    for (const revoked of await this.sessions.listRevokedSince(since)) this.add(revoked);
    this.polledAt = startedAt;
    this.forget(startedAt);
  }

  private forget(now: number): void {
    for (const [sessionId, { notedAt }] of this.ended) {
      if (now - notedAt <= REMEMBER_MS) return;
      this.ended.delete(sessionId);
    }
  }
}

function unavailable(cause: unknown): never {
  throw new ParleyError('UNAVAILABLE', { detail: 'Log-ins cannot be checked at the moment. Try again.', cause });
}
