import { setTimeout as delay } from 'node:timers/promises';

/** Waits that grow, with full jitter: a crowd that lost its server together does not come back together. */
export class BackOff {
  #tries = 0;

  constructor(
    private readonly firstMs: number,
    private readonly maxMs: number,
  ) {}

  reset(): void {
    this.#tries = 0;
  }

  /** Waits for a random time, at least `atLeastMs`. Rejects when the signal fires. */
  async wait(signal: AbortSignal, atLeastMs = 0): Promise<void> {
    const ceilingMs = Math.min(this.maxMs, this.firstMs * 2 ** this.#tries);
    this.#tries += 1;
    await delay(atLeastMs + Math.random() * ceilingMs, undefined, { signal });
  }
}
