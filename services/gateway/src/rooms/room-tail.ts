import { withChange, type HistoryAnswer, type Message, type MessageChange, type MessagesBatch } from '@parley/contracts';

/** Changes kept for those who come back and missed only a few. */
const RECENT_CHANGES = 50;

/** The newest messages of one room, without holes, in order; ends at the room's head. */
export class RoomTail {
  readonly epoch: number;
  /** `performance.now()` of the read that it came from. */
  readonly readAt = performance.now();
  head: number;
  /** Every change up to here is in the messages. */
  changes: number;
  private messages: readonly Message[];
  private recent: readonly MessageChange[] = [];

  constructor(page: Pick<HistoryAnswer, 'epoch' | 'head' | 'changes' | 'messages'>) {
    this.epoch = page.epoch;
    this.head = page.head;
    this.changes = page.changes;
    this.messages = page.messages;
  }

  get size(): number {
    return this.messages.length;
  }

  /** Adds what is new in a batch. Answers false when something is missing in between: the tail is useless then. */
  append({ epoch, messages }: Pick<MessagesBatch, 'epoch' | 'messages'>, keep: number): boolean {
    if (epoch !== this.epoch) return false;
    const fresh = messages.filter((message) => message.seq > this.head).sort((a, b) => a.seq - b.seq);
    if (fresh.some((message, index) => message.seq !== this.head + 1 + index)) return false;
    // A new array each time: answers that are being written still hold the old one.
    if (fresh.length > 0) this.messages = [...this.messages, ...fresh].slice(-keep);
    this.head += fresh.length;
    return true;
  }

  /** Takes in a change. Answers false when one before it is missing: the tail is useless then. */
  change(news: MessageChange): boolean {
    if (news.epoch !== this.epoch || news.after > this.changes) return false;
    this.messages = withChange(this.messages, news.message);
    if (news.change > this.changes) {
      this.changes = news.change;
      this.recent = [...this.recent, news].slice(-RECENT_CHANGES);
    }
    return true;
  }

  /** What changed after a change, as it is now, if that is known here. */
  changedSince(change: number): readonly Message[] | undefined {
    if (change >= this.changes) return change === this.changes ? [] : undefined;
    const oldest = this.recent[0];
    if (!oldest || oldest.after > change) return undefined;
    const newest = new Map<string, Message>();
    for (const { change: at, message } of this.recent) if (at > change) newest.set(message.id, message);
    return [...newest.values()];
  }

  /** Adds older messages that end where these begin, or overlap with them. */
  prepend(older: readonly Message[]): void {
    const first = this.messages[0]?.seq ?? this.head + 1;
    const before = older.filter((message) => message.seq < first);
    if (before.length === 0 || before.at(-1)?.seq !== first - 1) return;
    this.messages = [...before, ...this.messages];
  }

  /** Are all messages after `seq` here? */
  reaches(seq: number): boolean {
    return seq >= this.head - this.messages.length;
  }

  since(seq: number): readonly Message[] {
    return seq >= this.head ? [] : this.messages.slice(seq - this.head);
  }

  newest(count: number): readonly Message[] {
    return count === 0 ? [] : this.messages.slice(-count);
  }
}
