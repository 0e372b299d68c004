import { withChange, withNews, type Message, type MessageChange, type OpenedRoom } from '@parley/contracts';

/**
 * One room as a good client keeps it: messages in order of `seq` without holes. What comes early is held until the
 * missing part is there, what is known already is dropped. Has no I/O: the client asks `isBehind` and fetches.
 */
export class RoomReplica {
  messages: readonly Message[] = [];
  /** 0 until the room was opened. */
  epoch = 0;
  /** Everything up to here is applied. */
  lastSeq = 0;
  /** The highest `seq` heard of. */
  head = 0;
  /** Every change of a message up to here is applied. */
  lastChange = 0;
  /** The newest change heard of. */
  changes = 0;
  /** Too many old messages changed while this client was away: what it holds may be wrong. Open the room anew. */
  isStale = false;
  /** The server's history is another one (restored from a backup): open the room anew. */
  isOutdated = false;
  /** Up to here nothing is news: it was there when the room was opened, or it was told. */
  #toldSeq = 0;
  readonly #held = new Map<number, Message>();
  /** What was heard of each message that ever changed: an answer that is on its way may be older. */
  readonly #news = new Map<string, Message>();

  /**
   * `onReceived` gets every message once, when it is applied, and every one that contradicts an applied one. `isNew` is
   * true once for each message that is younger than the first page.
   */
  constructor(
    readonly roomId: string,
    private readonly onReceived: (message: Message, isNew: boolean) => void = () => undefined,
  ) {}

  get isOpened(): boolean {
    return this.epoch > 0;
  }

  get isBehind(): boolean {
    return this.isOpened && (this.head > this.lastSeq || this.changes > this.lastChange);
  }

  /** Begins with a page: at first, or again after a change of epoch. */
  start(page: Pick<OpenedRoom, 'epoch' | 'head' | 'changes' | 'messages'>): void {
    if (page.epoch !== this.epoch) this.#toldSeq = page.head;
    if (this.isOpened && page.epoch !== this.epoch) {
      this.#held.clear();
      this.#news.clear();
      this.changes = 0;
      this.lastChange = 0;
    }
    this.messages = [];
    this.isStale = false;
    this.lastChange = Math.max(this.lastChange, page.changes);
    this.epoch = page.epoch;
    this.isOutdated = false;
    this.head = Math.max(page.head, ...this.#held.keys()); // live messages may overtake the answer that opens the room
    this.lastSeq = (page.messages[0]?.seq ?? page.head + 1) - 1;
    this.apply(page.epoch, page.messages);
  }

  apply(epoch: number, messages: readonly Message[]): void {
    if (this.isOpened && epoch !== this.epoch) {
      this.isOutdated = true;
      return;
    }
    for (const message of messages) {
      this.#take(message);
      if (message.rev > 0) this.#learn(message); // answers that came earlier quote it as it was
    }
    this.#applyHeld();
  }

  /** A message is another one now. */
  applyChange({ epoch, change, after, message }: MessageChange): void {
    if (this.isOpened && epoch !== this.epoch) {
      this.isOutdated = true;
      return;
    }
    this.#learn(message);
    if (after <= this.lastChange) this.lastChange = Math.max(this.lastChange, change);
    this.changes = Math.max(this.changes, change);
  }

  /** What changed while this client was away; without `changed` it was too much to be told. */
  applyChanged({ epoch, changes, changed }: Pick<OpenedRoom, 'epoch' | 'changes' | 'changed'>): void {
    if (epoch !== this.epoch) return;
    if (!changed && changes > this.lastChange) this.isStale = true;
    for (const message of changed ?? []) this.#learn(message);
    if (changed) this.lastChange = Math.max(this.lastChange, changes);
  }

  noteHead(epoch: number, head: number, changes: number): void {
    if (this.isOpened && epoch !== this.epoch) {
      this.isOutdated = true;
      return;
    }
    this.head = Math.max(this.head, head);
    this.changes = Math.max(this.changes, changes);
  }

  #learn(message: Message): void {
    this.messages = withChange(this.messages, message);
    const known = this.#news.get(message.id);
    if (!known || known.rev < message.rev) this.#news.set(message.id, message);
  }

  #withNews(message: Message): Message {
    const ofItself = this.#news.get(message.id);
    const current = ofItself ? withNews(message, ofItself) : message;
    const ofOriginal = current.replyTo && this.#news.get(current.replyTo.id);
    return ofOriginal ? withNews(current, ofOriginal) : current;
  }

  #take(message: Message): void {
    this.head = Math.max(this.head, message.seq);
    const known = this.#at(message.seq);
    if (known) {
      if (known.id !== message.id) this.onReceived(message, false);
    } else if (!this.isOpened || message.seq > this.lastSeq) {
      this.#held.set(message.seq, message);
    }
  }

  #at(seq: number): Message | undefined {
    return this.#held.get(seq) ?? this.messages[seq - (this.messages[0]?.seq ?? 0)];
  }

  #applyHeld(): void {
    if (!this.isOpened) return;
    for (const seq of this.#held.keys()) if (seq <= this.lastSeq) this.#held.delete(seq);
    const applied: Message[] = [];
    for (let next = this.#held.get(this.lastSeq + 1); next; next = this.#held.get(this.lastSeq + 1)) {
      this.#held.delete(next.seq);
      this.lastSeq = next.seq;
      const current = this.#withNews(next);
      applied.push(current);
      this.onReceived(current, next.seq > this.#toldSeq);
      this.#toldSeq = Math.max(this.#toldSeq, next.seq);
    }
    if (applied.length > 0) this.messages = [...this.messages, ...applied];
  }
}
