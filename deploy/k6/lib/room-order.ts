/**
 * How a message stands to those before it. `next` and `known` are as they should be: after a repair a room may be told again what
 * it was told before. `gap`: messages before it are missing; `late`: it came behind a later one; `duplicated`: one message at two
 * places, or two at one. `mended`: late, because the gateway had missed it; clients have held back what came before.
 */
export type Arrival = 'next' | 'known' | 'gap' | 'late' | 'mended' | 'duplicated';

const REMEMBERED = 1_000;

interface Place {
  readonly seq: number;
  readonly id: string;
}

/** What one person has of a room, in the order of `seq`. */
export class RoomOrder {
  #last: number;
  #newest: number;
  readonly #ahead = new Set<number>();
  /** Of the newest messages: id by place, and place by id. */
  readonly #ids = new Map<number, string>();
  readonly #places = new Map<string, number>();

  constructor(last: number) {
    this.#last = last;
    this.#newest = last;
  }

  /** Everything up to here is there. */
  get last(): number {
    return this.#last;
  }

  /** How many are missing between those that are there. */
  get missing(): number {
    return this.#newest - this.#last - this.#ahead.size;
  }

  /** Which ones, the first so many. */
  holes(most: number): number[] {
    const holes: number[] = [];
    for (let seq = this.#last + 1; seq < this.#newest && holes.length < most; seq += 1) if (!this.#ahead.has(seq)) holes.push(seq);
    return holes;
  }

  /** Takes what came in one frame; `isMended`: the gateway says that it had missed it. */
  takeFrame<T extends Place>(messages: readonly T[], isMended: boolean): readonly (readonly [T, Arrival])[] {
    let highest = 0;
    return messages.map((message) => {
      const isInOrder = message.seq > highest;
      highest = Math.max(highest, message.seq);
      const arrival = this.take(message);
      return [message, arrival === 'late' && isMended && isInOrder ? 'mended' : arrival];
    });
  }

  take({ seq, id }: Place): Arrival {
    if ((this.#ids.get(seq) ?? id) !== id || (this.#places.get(id) ?? seq) !== seq) return 'duplicated';
    if (seq <= this.#last || this.#ahead.has(seq)) return 'known';
    this.#remember(seq, id);
    const isLate = seq < this.#newest;
    this.#newest = Math.max(seq, this.#newest);
    this.#ahead.add(seq);
    this.#close();
    if (isLate) return 'late';
    return this.missing > 0 ? 'gap' : 'next';
  }

  /** Everything up to here is given up: a page was skipped. */
  skipTo(seq: number): void {
    if (seq <= this.#last) return;
    this.#last = seq;
    this.#newest = Math.max(seq, this.#newest);
    for (const each of this.#ahead) if (each <= seq) this.#ahead.delete(each);
    this.#close();
  }

  #close(): void {
    while (this.#ahead.delete(this.#last + 1)) this.#last += 1;
  }

  #remember(seq: number, id: string): void {
    this.#ids.set(seq, id);
    this.#places.set(id, seq);
    if (this.#ids.size <= REMEMBERED) return;
    const [oldest, its] = this.#ids.entries().next().value!;
    this.#ids.delete(oldest);
    this.#places.delete(its);
  }
}
