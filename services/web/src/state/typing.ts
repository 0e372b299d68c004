import type { TypingNow } from '@parley/contracts';
import { Store } from './store.js';

/** The server drops who says nothing for 6 s; should its list get lost, ours does not stay for ever. */
const FORGET_MS = 8_000;

/** Who is writing, by room. */
export class Typing {
  readonly store = new Store<ReadonlyMap<string, readonly string[]>>(new Map());
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  apply({ roomId, userIds }: TypingNow): void {
    clearTimeout(this.timers.get(roomId));
    this.timers.delete(roomId);
    const next = new Map(this.store.get());
    if (userIds.length === 0) next.delete(roomId);
    else {
      next.set(roomId, userIds);
      this.timers.set(
        roomId,
        setTimeout(() => this.apply({ roomId, userIds: [] }), FORGET_MS),
      );
    }
    this.store.set(next);
  }

  /** Whose message arrived is done writing. */
  stop(roomId: string, userId: string): void {
    const userIds = this.store.get().get(roomId);
    if (userIds?.includes(userId)) this.apply({ roomId, userIds: userIds.filter((id) => id !== userId) });
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }
}
