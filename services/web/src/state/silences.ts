import type { Conversation } from '@parley/contracts';
import { Store } from './store.js';

/** Room -> until when (ISO 8601) a moderator lets this person write nothing there, as far as it was heard of. */
export class Silences extends Store<ReadonlyMap<string, string>> {
  constructor() {
    super(new Map());
  }

  /** All that is known of them, as the list of conversations says it. */
  replaceAll(conversations: readonly Conversation[]): void {
    this.set(new Map(conversations.flatMap(({ room, silencedUntil }) => (silencedUntil === undefined ? [] : [[room.id, silencedUntil]]))));
  }

  apply(roomId: string, mutedUntil: string | null): void {
    this.update((before) => {
      const next = new Map(before);
      if (mutedUntil === null) next.delete(roomId);
      else next.set(roomId, mutedUntil);
      return next;
    });
  }
}
