import type { MarkerMove } from '@parley/contracts';
import { LIMITS } from '@parley/contracts';
import type { ChatApi } from '../net/chat-api.js';
import { Store } from './store.js';

/** So long it can be taken back. */
const UNDO_MS = 10_000;

/** Everything read in one go, and back. What comes of it arrives as events, as on all devices. */
export class ReadingAll {
  /** What the last go did, for as long as it can be taken back; undefined when there is nothing to take back. */
  readonly done = new Store<readonly MarkerMove[] | undefined>(undefined);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly api: Pick<ChatApi, 'call'>) {}

  /** Resolves when it is so. */
  async readAll(): Promise<void> {
    const { rooms } = await this.api.call('POST /api/chat/read');
    this.done.set(rooms);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.done.set(undefined), UNDO_MS);
  }

  async undo(): Promise<void> {
    const moves = this.done.get() ?? [];
    this.forget();
    for (let first = 0; first < moves.length; first += LIMITS.undoReadMax)
      await this.api.call('POST /api/chat/read/undo', { body: { rooms: moves.slice(first, first + LIMITS.undoReadMax) } });
  }

  forget(): void {
    clearTimeout(this.timer);
    this.done.set(undefined);
  }
}
