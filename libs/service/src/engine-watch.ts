import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { EngineCheck } from '@parley/platform';
import type { Readiness } from '@parley/runtime';

/** Between two looks (ms): while something is wrong, and to notice that something has become wrong. */
const TROUBLED_MS = 1_000;
const WELL_MS = 15_000;
/** The words of one trouble may change from look to look; the log need not have each of them. */
const SAID_AGAIN_MS = 10_000;

/**
 * Looks at the engines that a process stands on, and tells operators what is wrong with each: in the log when that changes, and
 * in `/readyz`. A process begins when all of them can be used; what fails them later is told, and mended by whoever needs them.
 */
export class EngineWatch implements AsyncDisposable {
  readonly #logger = new Logger('Engines');
  readonly #closing = new AbortController();
  #rounds: Promise<void>[] = [];

  constructor(private readonly checks: readonly EngineCheck[]) {}

  /** Resolves when every engine can be used; rejects with the signal's reason when that comes first. */
  async untilUsable(readiness: Readiness, signal: AbortSignal): Promise<void> {
    const isGivenUp = new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason as Error);
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    const usable = this.checks.map((check) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#rounds.push(this.#watch(check, readiness, resolve));
      return promise;
    });
    await Promise.race([Promise.all(usable), isGivenUp]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#rounds);
  }

  async #watch({ name, assertUsable }: EngineCheck, readiness: Readiness, onUsable: () => void): Promise<void> {
    let known: string | undefined;
    let saidAt = -Infinity;
    while (!this.#closing.signal.aborted) {
      const trouble = await assertUsable().then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (this.#closing.signal.aborted) return;
      readiness.noteTrouble(name, trouble);
      if (trouble === undefined) onUsable();
      if (trouble === undefined) {
        if (known !== undefined) this.#logger.log(`${name}: can be used again`);
        known = undefined;
      } else if (trouble !== known && (known === undefined || performance.now() - saidAt >= SAID_AGAIN_MS)) {
        this.#logger.error(`${name}: ${trouble}`);
        known = trouble;
        saidAt = performance.now();
      }
      await delay(trouble === undefined ? WELL_MS : TROUBLED_MS, undefined, { signal: this.#closing.signal, ref: false }).catch(
        () => undefined,
      );
    }
  }
}
