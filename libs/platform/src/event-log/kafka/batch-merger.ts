import type { RawRecord } from '../batch-runner.js';

/** Consecutive records of one partition. */
export interface PartitionBatch {
  readonly records: readonly RawRecord[];
  /** After each part of it: the offset that comes next. */
  readonly onDone: (next: bigint) => void;
}

interface Waiting extends PartitionBatch {
  done: number;
}

/**
 * Brings together what one fetch has of several partitions, so that a consumer pays for one transaction instead of one per
 * partition. A round goes on until nothing waits; everybody who gave a batch to it hears of its end together, so nobody asks
 * for a new share of the group while records of the old one are in hand.
 */
export class BatchMerger {
  #waiting: Waiting[] = [];
  #round: Promise<void> | undefined;
  #turn = 0;

  constructor(
    private readonly maxBatch: number,
    private readonly run: (records: readonly RawRecord[]) => Promise<void>,
  ) {}

  get isBusy(): boolean {
    return this.#round !== undefined;
  }

  /** Resolves when the whole round is over; rejects as `run` did, the rest of the round then being dropped. */
  take(batch: PartitionBatch): Promise<void> {
    this.#waiting.push({ ...batch, done: 0 });
    return (this.#round ??= this.#takeRound());
  }

  /** Resolves when no records are in hand. */
  async idle(): Promise<void> {
    await this.#round?.catch(() => undefined);
  }

  async #takeRound(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve)); // the other partitions of the same fetch come in this turn
    try {
      while (this.#waiting.length > 0) await this.#takePart();
    } finally {
      this.#waiting = [];
      this.#round = undefined;
    }
  }

  async #takePart(): Promise<void> {
    const chosen = this.#fairPart();
    const share = Math.max(1, Math.floor(this.maxBatch / chosen.length));
    const parts = chosen.map((batch) => batch.records.slice(batch.done, batch.done + share));
    await this.run(parts.length === 1 ? parts[0]! : parts.flat());
    for (const [index, batch] of chosen.entries()) {
      batch.done += parts[index]!.length;
      batch.onDone(parts[index]!.at(-1)!.offset + 1n);
    }
    this.#waiting = this.#waiting.filter((batch) => batch.done < batch.records.length);
  }

  /** When there are more partitions than records in a batch, each comes in its turn. */
  #fairPart(): Waiting[] {
    const waiting = [...this.#waiting]; // another broker's fetch may bring more while these are in hand
    if (waiting.length <= this.maxBatch) return waiting;
    const from = this.#turn++ % waiting.length;
    return [...waiting.slice(from), ...waiting.slice(0, from)].slice(0, this.maxBatch);
  }
}
