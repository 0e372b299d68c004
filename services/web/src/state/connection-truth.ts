import type { Ready } from '@parley/contracts';
import type { ConversationMap } from './conversations.js';
import { Store } from './store.js';

/** What can be said about the connection of this page, and nothing about what is written over it. */
export interface ConnectionFacts {
  /** The process at the other end, as its log calls it. */
  readonly gatewayId: string | undefined;
  /** When this connection came about; undefined while there is none. */
  readonly onlineSince: string | undefined;
  /** Connections that came about after the first one. */
  readonly reconnects: number;
  /** Of the last question that was asked to measure it; in ms. */
  readonly roundTripMs: number | undefined;
  /** Server's clock minus this device's, in ms, as well as it can be told. */
  readonly clockOffsetMs: number | undefined;
}

const NOTHING: ConnectionFacts = {
  gatewayId: undefined,
  onlineSince: undefined,
  reconnects: 0,
  roundTripMs: undefined,
  clockOffsetMs: undefined,
};

/** Keeps the connection's record, and how much came while it was gone. */
export class ConnectionTruth {
  readonly store = new Store<ConnectionFacts>(NOTHING);
  /** Messages that were written while this page was offline; undefined until all of them are here. */
  readonly missed = new Store<number | undefined>(undefined);
  private headsBefore: ReadonlyMap<string, number> | undefined;
  private hasBeenOnline = false;

  constructor(private readonly now: () => number = Date.now) {}

  wentOnline({ gatewayId, serverTime }: Ready): void {
    const now = this.now();
    this.store.update((facts) => ({
      ...facts,
      gatewayId,
      onlineSince: new Date(now).toISOString(),
      clockOffsetMs: Date.parse(serverTime) - now,
      reconnects: facts.reconnects + (this.hasBeenOnline ? 1 : 0),
    }));
    this.hasBeenOnline = true;
  }

  wentOffline(conversations: ConversationMap): void {
    if (this.store.get().onlineSince === undefined) return;
    this.store.update((facts) => ({ ...facts, onlineSince: undefined, roundTripMs: undefined }));
    this.missed.set(undefined);
    this.headsBefore ??= headsOf(conversations);
  }

  /** Everything that was missed is here. */
  caughtUp(conversations: ConversationMap): void {
    const before = this.headsBefore ?? headsOf(conversations);
    this.headsBefore = undefined;
    let missed = 0;
    for (const [roomId, { head, room, unreadCount }] of conversations) {
      const known = before.get(roomId);
      // Of what was not listed before only a private chat is all news: a room was joined elsewhere.
      missed += known === undefined ? (room.kind === 'direct' ? unreadCount : 0) : Math.max(0, head - known);
    }
    this.missed.set(missed);
  }

  /** Times a question that asks for nothing. A failure is no measure: the connection itself tells of it. */
  async measure(ask: () => Promise<unknown>): Promise<void> {
    const startedAt = this.now();
    try {
      await ask();
    } catch {
      return;
    }
    const roundTripMs = this.now() - startedAt;
    if (this.store.get().onlineSince !== undefined) this.store.update((facts) => ({ ...facts, roundTripMs }));
  }
}

const headsOf = (conversations: ConversationMap): Map<string, number> =>
  new Map([...conversations].map(([roomId, { head }]) => [roomId, head]));
