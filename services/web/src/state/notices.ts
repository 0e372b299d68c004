import { Store } from './store.js';

/** Something that happened and is told in passing; with a way back, as long as it is there. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly undo?: () => void;
}

const SHOWN_MS = 6_000;

/** Lines at the edge of the page that go by themselves. */
export class Notices {
  readonly store = new Store<readonly Notice[]>([]);
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();
  private lastId = 0;

  /** @returns a function that takes it off the screen */
  say(text: string, { undo, forMs = SHOWN_MS }: { readonly undo?: () => void; readonly forMs?: number } = {}): () => void {
    const id = (this.lastId += 1);
    this.store.update((notices) => [...notices, { id, text, ...(undo ? { undo } : {}) }]);
    const end = () => {
      clearTimeout(this.timers.get(id));
      this.timers.delete(id);
      this.store.update((notices) => notices.filter((notice) => notice.id !== id));
    };
    this.timers.set(id, setTimeout(end, forMs));
    return end;
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }
}
