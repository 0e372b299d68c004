import type { RawRecord } from '../batch-runner.js';

/**
 * The newest records of one partition, so that readers at the head of the log need no query. Holds an unbroken run of
 * offsets and forgets the oldest beyond its bounds.
 */
export class RecordRing {
  #records: RawRecord[] = [];
  #first = 0;
  #start = 0;
  #characters = 0;

  constructor(
    private readonly maxRecords = 2_048,
    private readonly maxCharacters = 1_000_000,
  ) {}

  /** Offset behind the last record. */
  get end(): number {
    return this.#start + this.#records.length - this.#first;
  }

  get isEmpty(): boolean {
    return this.#records.length === this.#first;
  }

  /** Records from `base` on. When others came in between, what was held is no longer the newest and is forgotten. */
  push(base: number, records: readonly RawRecord[]): void {
    if (this.isEmpty || base !== this.end) {
      this.#records = [];
      this.#first = this.#characters = 0;
      this.#start = base;
    }
    for (const record of records) {
      this.#records.push(record);
      this.#characters += record.payload.length;
    }
    while (this.#records.length - this.#first > this.maxRecords || (this.#characters > this.maxCharacters && !this.isEmpty)) {
      this.#characters -= this.#records[this.#first]!.payload.length;
      this.#first++;
      this.#start++;
    }
    if (this.#first > this.maxRecords) {
      this.#records.splice(0, this.#first);
      this.#first = 0;
    }
  }

  /** At most `max` records from the position on; undefined when the position is not held here. */
  read(position: number, max: number): readonly RawRecord[] | undefined {
    if (position < this.#start || position >= this.end) return undefined;
    const from = this.#first + position - this.#start;
    return this.#records.slice(from, from + max);
  }
}
