import type { PresenceNow, PresenceStatus, WatchedPresence } from '@parley/contracts';
import { Store } from './store.js';

export interface PresenceConnection {
  watch(userIds: readonly string[]): Promise<WatchedPresence>;
  set(state: 'online' | 'away'): Promise<unknown>;
}

/** Views come and go together; the server is told once (ms). */
const GATHER_MS = 200;
/** The most that the server takes in one set. */
const WATCHED_MAX = 500;

/** Who of those on screen is there, and whether the person at this device is. Each view says whom it shows. */
export class Presence {
  readonly store = new Store<ReadonlyMap<string, PresenceStatus>>(new Map());
  private readonly views = new Map<symbol, readonly string[]>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isOnline = false;
  private ownState: 'online' | 'away' = 'online';
  private asked = '';

  constructor(private readonly connection: PresenceConnection) {}

  /** Answers a function that ends it. */
  show(userIds: readonly string[]): () => void {
    const view = Symbol('view');
    this.views.set(view, userIds);
    this.askSoon();
    return () => {
      this.views.delete(view);
      this.askSoon();
    };
  }

  apply({ states }: PresenceNow | WatchedPresence): void {
    this.store.update((known) => {
      const next = new Map(known);
      for (const status of states) next.set(status.userId, status);
      return next;
    });
  }

  /** A new connection knows nothing of what the one before was told, and counts as one of somebody who is there. */
  setOnline(isOnline: boolean): void {
    this.isOnline = isOnline;
    this.asked = '';
    if (!isOnline) return;
    this.askSoon();
    if (this.ownState === 'away') void this.tell();
  }

  /** Whether somebody is at this device. */
  setOwnState(state: 'online' | 'away'): void {
    if (state === this.ownState) return;
    this.ownState = state;
    if (this.isOnline) void this.tell();
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private tell(): Promise<unknown> {
    return this.connection.set(this.ownState).catch(() => undefined); // the next connection says it again
  }

  private askSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), GATHER_MS);
  }

  private ask(): void {
    const userIds = [...new Set([...this.views.values()].flat())].slice(0, WATCHED_MAX).sort();
    const key = userIds.join();
    if (!this.isOnline || key === this.asked) return;
    this.asked = key;
    this.connection.watch(userIds).then(
      (watched) => this.apply(watched),
      () => (this.asked = ''), // asked again with the next view or connection
    );
  }
}
