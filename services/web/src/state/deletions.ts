import type { Message } from '@parley/contracts';
import { isRetryable } from '@parley/client';
import { errorText } from '../texts/error-text.js';
import { t } from '../texts/texts.js';
import type { Notices } from './notices.js';
import { Store } from './store.js';

export interface DeletionsOptions {
  readonly notices: Pick<Notices, 'say'>;
  readonly send: (message: Message) => Promise<unknown>;
  /** The page closes: it gets no answer any more. */
  readonly sendOnLeave: (message: Message) => void;
}

/** As long as the way back is on screen. */
const UNDO_MS = 10_000;

/** Messages that are to be deleted: gone for whoever said so, and really gone once it cannot be undone any more. */
export class Deletions {
  /** Ids of messages. */
  readonly hidden = new Store<ReadonlySet<string>>(new Set());
  private readonly waiting = new Map<string, { readonly message: Message; readonly end: () => void }>();
  /** Those that wait for a connection. */
  private readonly due = new Map<string, Message>();

  constructor(private readonly options: DeletionsOptions) {}

  delete(message: Message): void {
    const { id } = message;
    if (this.hidden.get().has(id)) return;
    this.hidden.update((hidden) => new Set(hidden).add(id));
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
      this.options.sendOnLeave(message);
    }
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

  private async send(message: Message): Promise<void> {
    this.due.delete(message.id);
    try {
      await this.options.send(message);
    } catch (error) {
      if (isRetryable(error)) return void this.due.set(message.id, message);
      this.show(message.id);
      this.options.notices.say(errorText(error));
    }
  }

  private show(id: string): void {
    this.hidden.update((hidden) => new Set([...hidden].filter((each) => each !== id)));
  }
}
