import { ParleyError } from '@parley/contracts';

export interface BatcherOptions<I> {
  /** Writes a batch. Its rejection rejects exactly the items of the batch. */
  readonly write: (items: readonly I[]) => Promise<void>;
  /** Items in one batch at the most; default 500. */
  readonly maxBatch?: number;
  /** Between the starts of two flushes, unless `eager` items wait; default 5. */
  readonly windowMs?: number;
  /** Default 16. */
  readonly eager?: number;
  /** Items that may wait; the next one is refused with BUSY. Default 10,000. */
  readonly maxWaiting?: number;
  /** After this time `add` rejects with UNCONFIRMED; a write that has begun goes on. Default 4,000. */
  readonly timeoutMs?: number;
}

interface Entry<I> {
  readonly item: I;
  readonly deadline: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers items that arrive close together into one write. The first item of a quiet period leaves at the end of the
 * present turn of the event loop; under load there is one flush per `windowMs`, or at once when `eager` items wait.
 * One write is in flight at any time, so the order of the `add` calls is the order of the writes.
 */
export class Batcher<I> {
  readonly #options: Required<BatcherOptions<I>>;
  #waiting: Entry<I>[] = [];
  #inFlight: Entry<I>[] = [];
  #lastFlushAt = -Infinity;
  #immediate: NodeJS.Immediate | undefined;
  #windowTimer: NodeJS.Timeout | undefined;
  #deadlineTimer: NodeJS.Timeout | undefined;
  #onEmpty: (() => void)[] = [];
  #closed = false;

  constructor(options: BatcherOptions<I>) {
    this.#options = { maxBatch: 500, windowMs: 5, eager: 16, maxWaiting: 10_000, timeoutMs: 4_000, ...options };
  }

  /** Items that wait or are being written. */
  get size(): number {
    return this.#waiting.length + this.#inFlight.length;
  }

  /** Resolves when the item was written; rejects with BUSY, UNCONFIRMED, UNAVAILABLE (closed) or the error of the write. */
  add(item: I): Promise<void> {
    if (this.#closed) return Promise.reject(new ParleyError('UNAVAILABLE'));
    if (this.#waiting.length >= this.#options.maxWaiting) return Promise.reject(new ParleyError('BUSY'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, deadline: performance.now() + this.#options.timeoutMs, resolve, reject });
      this.#armDeadline();
      this.#schedule();
    });
  }

  /** Takes nothing more and resolves when everything taken was written or has failed. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.size > 0) await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
    clearTimeout(this.#deadlineTimer);
  }

  #schedule(): void {
    if (this.#inFlight.length > 0 || this.#waiting.length === 0 || this.#immediate) return;
    const waitMs = this.#lastFlushAt + this.#options.windowMs - performance.now();
    if (waitMs <= 0 || this.#waiting.length >= this.#options.eager) {
      this.#immediate = setImmediate(() => void this.#flush());
    } else {
      this.#windowTimer ??= setTimeout(() => void this.#flush(), waitMs);
    }
  }

  async #flush(): Promise<void> {
    clearImmediate(this.#immediate);
    clearTimeout(this.#windowTimer);
    this.#immediate = this.#windowTimer = undefined;
    const batch = this.#waiting.splice(0, this.#options.maxBatch);
    if (batch.length === 0) return this.#settleEmpty(); // all of them timed out meanwhile
    this.#inFlight = batch;
    this.#lastFlushAt = performance.now();
    try {
      await this.#options.write(batch.map((entry) => entry.item));
      for (const entry of batch) entry.resolve();
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
    this.#inFlight = [];
    this.#schedule();
    this.#settleEmpty();
  }

  #settleEmpty(): void {
    if (this.size > 0) return;
    for (const resolve of this.#onEmpty.splice(0)) resolve();
  }

  /** One timer for the oldest item: deadlines grow in the order of the queue. */
  #armDeadline(now = performance.now()): void {
    if (this.#deadlineTimer) return;
    const next = this.#inFlight.find((entry) => entry.deadline > now) ?? this.#waiting[0];
    if (next) this.#deadlineTimer = setTimeout(() => this.#expire(), next.deadline - now + 1).unref();
  }

  #expire(): void {
    this.#deadlineTimer = undefined;
    const now = performance.now();
    const expired = this.#waiting.findIndex((entry) => entry.deadline > now);
    const dropped = this.#waiting.splice(0, expired === -1 ? this.#waiting.length : expired);
    for (const entry of [...this.#inFlight, ...dropped]) if (entry.deadline <= now) entry.reject(new ParleyError('UNCONFIRMED'));
    this.#armDeadline(now); // the same moment: what has expired since is still to be told
    this.#settleEmpty();
  }
}
