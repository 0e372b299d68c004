import { ParleyError, type Message } from '@parley/contracts';
import { isRetryable } from '@parley/client';
import { errorText } from '../texts/error-text.js';
import { t } from '../texts/texts.js';
import type { Notices } from './notices.js';
import type { TextStorage } from './recent-rooms.js';
import { Store } from './store.js';

type Deleted = Pick<Message, 'id' | 'roomId'>;

export interface DeletionsOptions {
  readonly notices: Pick<Notices, 'say'>;
  readonly send: (message: Deleted) => Promise<unknown>;
  /** The page closes: it gets no answer any more, and perhaps nothing is sent either. */
  readonly sendOnLeave: (message: Deleted) => void;
  /** Where the next page finds what this one was not told of. */
  readonly storage: TextStorage;
  readonly key: string;
}

/** As long as the way back is on screen. */
const UNDO_MS = 10_000;
/** Somebody else was faster, or this page's predecessor. */
const IS_GONE: ReadonlySet<string> = new Set(['MESSAGE_DELETED', 'MESSAGE_NOT_FOUND']);

/** Messages that are to be deleted: gone for whoever said so, and really gone once it cannot be undone any more. */
export class Deletions {
  /** Ids of messages. */
  readonly hidden = new Store<ReadonlySet<string>>(new Set());
  private readonly waiting = new Map<string, { readonly message: Deleted; readonly end: () => void }>();
  /** Those that wait for a connection. */
  private readonly due = new Map<string, Deleted>();

  constructor(private readonly options: DeletionsOptions) {
    for (const message of this.takeLeft()) {
      this.hide(message.id);
      this.due.set(message.id, message);
    }
  }

  delete(message: Deleted): void {
    const { id } = message;
    if (this.hidden.get().has(id)) return;
    this.hide(id);
    const endNotice = this.options.notices.say(t('changing.deletedNotice'), { undo: () => this.undo(id), forMs: UNDO_MS });
    const timer = setTimeout(() => this.carryOut(id), UNDO_MS);
    const end = () => {
      clearTimeout(timer);
      endNotice();
      this.waiting.delete(id);
    };
    this.waiting.set(id, { message, end });
  }

  /** The connection is back. */
  resume(): void {
    for (const message of this.due.values()) void this.send(message);
  }

  /** Nobody is there to undo anything any more. */
  leave(): void {
    for (const { message, end } of this.waiting.values()) {
      end();
      this.due.set(message.id, message);
      this.options.sendOnLeave(message);
    }
    if (this.due.size > 0) this.keep([...this.takeLeft(), ...this.due.values()]);
  }

  private undo(id: string): void {
    this.waiting.get(id)?.end();
    this.show(id);
  }

  private carryOut(id: string): void {
    const entry = this.waiting.get(id);
    if (!entry) return;
    entry.end();
    void this.send(entry.message);
  }

  private async send(message: Deleted): Promise<void> {
    this.due.delete(message.id);
    try {
      await this.options.send(message);
    } catch (error) {
      if (isRetryable(error)) return void this.due.set(message.id, message);
      if (error instanceof ParleyError && IS_GONE.has(error.code)) return;
      this.show(message.id);
      this.options.notices.say(errorText(error));
    }
  }

  private hide(id: string): void {
    this.hidden.update((hidden) => new Set(hidden).add(id));
  }

  private keep(messages: readonly Deleted[]): void {
    try {
      this.options.storage.setItem(this.options.key, JSON.stringify(messages.map(({ id, roomId }) => ({ id, roomId }))));
    } catch {
      // Full, or forbidden: then all depends on what is sent while the page closes.
    }
  }

  private takeLeft(): Deleted[] {
    try {
      const left: unknown = JSON.parse(this.options.storage.getItem(this.options.key) ?? '[]');
      this.options.storage.setItem(this.options.key, '[]');
      return Array.isArray(left) ? left.filter((each) => typeof each?.id === 'string' && typeof each?.roomId === 'string') : [];
    } catch {
      return [];
    }
  }

  private show(id: string): void {
    this.hidden.update((hidden) => new Set([...hidden].filter((each) => each !== id)));
  }
}
