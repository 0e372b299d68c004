import { Store } from './store.js';

/** Room -> until when (ISO 8601) a moderator lets this person write nothing there, as far as it was heard of. */
export class Silences extends Store<ReadonlyMap<string, string>> {
  constructor() {
    super(new Map());
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
