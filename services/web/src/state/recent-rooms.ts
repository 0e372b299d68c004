import { Store } from './store.js';

/** As much of `localStorage` as is used here. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const KEPT = 20;

/** The rooms that were on screen last at this device, the newest first. */
export class RecentRooms {
  readonly store: Store<readonly string[]>;

  constructor(
    private readonly storage: TextStorage,
    private readonly key: string,
  ) {
    this.store = new Store(this.read());
  }

  visit(roomId: string): void {
    const next = [roomId, ...this.store.get().filter((id) => id !== roomId)].slice(0, KEPT);
    this.store.set(next);
    try {
      this.storage.setItem(this.key, JSON.stringify(next));
    } catch {
      // Full, or forbidden: then it is forgotten with the page.
    }
  }

  private read(): readonly string[] {
    try {
      const known: unknown = JSON.parse(this.storage.getItem(this.key) ?? '[]');
      return Array.isArray(known) ? known.filter((id) => typeof id === 'string').slice(0, KEPT) : [];
    } catch {
      return [];
    }
  }
}
