import { withChange, withNews, type HistoryAnswer, type Message, type MessageChange, type OpenedRoom } from '@parley/contracts';

/** A part of the room's history between two messages of the window that is not loaded. */
export interface Gap {
  /** The message before the gap. */
  readonly after: number;
  /** The message behind it. */
  readonly before: number;
}

/** More than come in while a page is on its way. */
const NEWS_MAX = 500;

/**
 * The messages of one room that this client holds, ascending by `seq`. Since `seq` has no holes on the server, every
 * jump here is something that is not loaded, and people see it as such.
 *
 * Up to `lastSeq` everything that was sent live is in; what comes later than its turn is held back. Up to `lastChange`
 * every change of a message is in as well.
 */
export class MessageWindow {
  private rows: readonly Message[] = [];
  private readonly held = new Map<number, Message>();
  private knownHead = 0;
  private openedEpoch: number | undefined;
  private last = 0;
  private change = 0;
  private knownChange = 0;
  /** What was heard of messages that may not be loaded yet: a page that is on its way may be older than that. */
  private readonly news = new Map<string, Message>();
  private early: { epoch: number; messages: readonly Message[] } | undefined;

  /** Undefined until the room was opened. */
  get epoch(): number | undefined {
    return this.openedEpoch;
  }

  get messages(): readonly Message[] {
    return this.rows;
  }

  get lastSeq(): number {
    return this.last;
  }

  /** Every change up to here is in. */
  get lastChange(): number {
    return this.change;
  }

  /** The newest `seq` that is known to exist. */
  get head(): number {
    return Math.max(this.knownHead, this.last);
  }

  /** Something that exists has not come. */
  get isBehind(): boolean {
    return this.openedEpoch !== undefined && (this.head > this.last || this.knownChange > this.change || this.early !== undefined);
  }

  get hasMoreBefore(): boolean {
    return (this.rows[0]?.seq ?? this.last + 1) > 1;
  }

  /** The room was opened or resumed. @returns what is new to this window */
  open(opened: OpenedRoom): readonly Message[] {
    const isOtherHistory = opened.epoch !== this.openedEpoch || (!opened.recovered && opened.head < this.last);
    const wasOpen = this.openedEpoch !== undefined;
    if (wasOpen && isOtherHistory) this.forget();
    // Too many old messages changed to be told: all that is loaded may be out of date.
    if (wasOpen && !isOtherHistory && opened.changed === undefined && opened.changes > this.change) this.forgetRows();
    this.openedEpoch = opened.epoch;
    this.change = Math.max(this.change, opened.changes);
    for (const message of opened.changed ?? []) this.learn(message);
    this.knownHead = Math.max(this.knownHead, opened.head);
    const firstSeq = opened.messages[0]?.seq;
    // Resumed: the answer continues behind `last`. Else it is the newest page, which may leave a gap behind the old rows.
    const isPage = isOtherHistory || !opened.recovered;
    if (isPage && firstSeq !== undefined && firstSeq > this.last + 1) this.last = firstSeq - 1;
    const early = this.early?.epoch === opened.epoch ? this.early.messages : [];
    this.early = undefined;
    return this.receive([...opened.messages, ...early]);
  }

  /** Live messages. @returns what is new to this window, in order */
  live(epoch: number, messages: readonly Message[]): readonly Message[] {
    if (epoch === this.openedEpoch) return this.receive(messages);
    // Before the room is open nobody knows where the window begins; of another epoch only `open` may tell.
    this.early = { epoch, messages: this.early?.epoch === epoch ? [...this.early.messages, ...messages] : [...messages] };
    return [];
  }

  /** A message changed. */
  applyChange({ epoch, change, after, message }: MessageChange): void {
    if (this.openedEpoch !== undefined && epoch !== this.openedEpoch) return;
    this.learn(message);
    if (after <= this.change) this.change = Math.max(this.change, change);
    this.knownChange = Math.max(this.knownChange, change);
  }

  noteHead(head: number, changes: number): void {
    this.knownHead = Math.max(this.knownHead, head);
    this.knownChange = Math.max(this.knownChange, changes);
  }

  /** Older messages for the top or for a gap. @returns whether they belong to the history that this window shows */
  insertOlder(page: HistoryAnswer): boolean {
    if (page.epoch !== this.openedEpoch) return false;
    for (const message of page.messages) if (message.rev > 0) this.learn(message);
    this.knownHead = Math.max(this.knownHead, page.head);
    const known = new Set(this.rows.map((message) => message.seq));
    const added = page.messages.filter((message) => message.seq <= this.last && !known.has(message.seq));
    if (added.length > 0) this.rows = [...this.rows, ...added.map((message) => this.withAllNews(message))].sort((a, b) => a.seq - b.seq);
    return true;
  }

  /** Forgets the oldest rows beyond `max`; they can be loaded again. */
  trimTo(max: number): void {
    if (this.rows.length > max) this.rows = this.rows.slice(-max);
  }

  /** Keeps `max` rows around this message, and the `newest` ones; what goes becomes a gap or is more history again. */
  trimAround(seq: number, max: number, newest: number): void {
    const place = this.rows.findIndex((message) => message.seq >= seq);
    if (place === -1) return;
    const last = this.rows.length - newest;
    this.rows = this.rows.filter((_, index) => Math.abs(index - place) <= max / 2 || index >= last);
  }

  private receive(messages: readonly Message[]): readonly Message[] {
    for (const message of messages) {
      if (message.rev > 0) this.learn(message); // answers that came earlier quote it as it was
      if (message.seq > this.last) this.held.set(message.seq, message);
      this.knownHead = Math.max(this.knownHead, message.seq);
    }
    for (const seq of this.held.keys()) if (seq <= this.last) this.held.delete(seq);
    const applied: Message[] = [];
    for (let next = this.held.get(this.last + 1); next; next = this.held.get(this.last + 1)) {
      applied.push(this.withAllNews(next));
      this.held.delete(next.seq);
      this.last = next.seq;
    }
    if (applied.length > 0) this.rows = [...this.rows, ...applied];
    return applied;
  }

  private learn(message: Message): void {
    this.rows = withChange(this.rows, message);
    const known = this.news.get(message.id);
    if (known && known.rev >= message.rev) return;
    this.news.delete(message.id);
    this.news.set(message.id, message);
    const [oldest] = this.news.keys();
    if (this.news.size > NEWS_MAX && oldest !== undefined) this.news.delete(oldest);
  }

  private withAllNews(message: Message): Message {
    const ofItself = this.news.get(message.id);
    const current = ofItself ? withNews(message, ofItself) : message;
    const ofOriginal = current.replyTo && this.news.get(current.replyTo.id);
    return ofOriginal ? withNews(current, ofOriginal) : current;
  }

  /** Everything loaded goes, but not the position: older messages are loaded again on demand. */
  private forgetRows(): void {
    this.rows = [];
    this.news.clear();
  }

  private forget(): void {
    this.forgetRows();
    this.change = 0;
    this.knownChange = 0;
    this.held.clear();
    this.last = 0;
    this.knownHead = 0;
  }
}

/** Where `messages` jump. */
export function gapsIn(messages: readonly Message[]): Gap[] {
  const gaps: Gap[] = [];
  for (let index = 1; index < messages.length; index += 1) {
    const after = messages[index - 1]!.seq;
    const before = messages[index]!.seq;
    if (before > after + 1) gaps.push({ after, before });
  }
  return gaps;
}
