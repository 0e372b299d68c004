import type { Message, OpenedRoom } from '@parley/contracts';

/**
 * One room as a good client keeps it: messages in order of `seq` without holes. What comes early is held until the
 * missing part is there, what is known already is dropped. Has no I/O: the client asks `isBehind` and fetches.
 */
export class RoomTimeline {
  readonly messages: Message[] = [];
  /** 0 until the room was opened. */
  epoch = 0;
  /** Everything up to here is applied. */
  lastSeq = 0;
  /** The highest `seq` heard of. */
  head = 0;
  /** The server's history is another one (restored from a backup): open the room anew. */
  isOutdated = false;
  readonly #held = new Map<number, Message>();

  /** `onReceived` gets every message once, when it is applied, and every one that contradicts an applied one. */
  constructor(
    readonly roomId: string,
    private readonly onReceived: (message: Message) => void = () => undefined,
  ) {}

  get isOpened(): boolean {
    return this.epoch > 0;
  }

  get isBehind(): boolean {
    return this.isOpened && this.head > this.lastSeq;
  }

  /** Begins with a page: at first, or again after a change of epoch. */
  start(page: Pick<OpenedRoom, 'epoch' | 'head' | 'messages'>): void {
    if (this.isOpened && page.epoch !== this.epoch) this.#held.clear();
    this.messages.length = 0;
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
    for (const message of messages) this.#take(message);
    this.#applyHeld();
  }

  noteHead(epoch: number, head: number): void {
    if (this.isOpened && epoch !== this.epoch) this.isOutdated = true;
    else this.head = Math.max(this.head, head);
  }

  #take(message: Message): void {
    this.head = Math.max(this.head, message.seq);
    const known = this.#at(message.seq);
    if (known) {
      if (known.id !== message.id) this.onReceived(message);
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
    for (let next = this.#held.get(this.lastSeq + 1); next; next = this.#held.get(this.lastSeq + 1)) {
      this.#held.delete(next.seq);
      this.lastSeq = next.seq;
      this.messages.push(next);
      this.onReceived(next);
    }
  }
}
