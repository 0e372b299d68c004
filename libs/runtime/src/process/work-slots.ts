import { ParleyError } from '@parley/contracts';

/** A piece of expensive work is worth waiting for, but not by everyone at once. */
export class WorkSlots {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly slots: number,
    private readonly queue: number,
  ) {}

  /** Runs `work` as soon as a slot is free, in order of arrival. Throws BUSY when too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running < this.slots) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= this.queue) throw new ParleyError('BUSY', { retryAfterMs: 1_000 });
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** The slot goes straight to who waits longest, so nobody can slip in between. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
