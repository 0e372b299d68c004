import type { TextStorage } from './recent-rooms.js';
import { Store, type ReadonlyStore } from './store.js';

/** What this browser may do to get its reader's attention. All of it has to be asked for. */
export interface NotificationWishes {
  readonly isShown: boolean;
  /** Also while no page is open. */
  readonly isPushed: boolean;
  readonly isHeard: boolean;
}

const NOTHING: NotificationWishes = { isShown: false, isPushed: false, isHeard: false };

/** Kept in this browser, for each person who uses it. */
export class NotificationSettings {
  private readonly wishes: Store<NotificationWishes>;
  private readonly key: string;

  constructor(
    userId: string,
    private readonly storage: TextStorage,
  ) {
    this.key = `parley:notifications:${userId}`;
    this.wishes = new Store(this.read());
  }

  get store(): ReadonlyStore<NotificationWishes> {
    return this.wishes;
  }

  set(change: Partial<NotificationWishes>): void {
    this.wishes.update((wishes) => ({ ...wishes, ...change }));
    try {
      this.storage.setItem(this.key, JSON.stringify(this.wishes.get()));
    } catch {
      // A browser that keeps nothing: it holds for this page.
    }
  }

  /** Another tab has changed something. */
  reload(): void {
    this.wishes.set(this.read());
  }

  private read(): NotificationWishes {
    try {
      const kept = JSON.parse(this.storage.getItem(this.key) ?? '{}') as Partial<Record<keyof NotificationWishes, unknown>>;
      return { isShown: kept.isShown === true, isPushed: kept.isPushed === true, isHeard: kept.isHeard === true };
    } catch {
      return NOTHING;
    }
  }
}
