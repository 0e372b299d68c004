import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Milliseconds until it counts as never; default 5,000. */
  readonly timeoutMs?: number;
  /** What is waited for, as the end of "not within 5000 ms: …". */
  readonly describe?: string;
  /** Milliseconds between two looks; default 20. */
  readonly intervalMs?: number;
}

/**
 * Looks again and again until `check` holds: until it neither throws nor answers `false`. Answers what it answered.
 * Rejects after `timeoutMs` with the last failure as its cause. One look at a time; the first is at once.
 */
export async function eventually<T>(check: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<Exclude<T, false>> {
  const { timeoutMs = 5_000, describe = 'the condition', intervalMs = 20 } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let failure: unknown;
    try {
      const answer = await check();
      if (answer !== false) return answer as Exclude<T, false>;
    } catch (error) {
      failure = error;
    }
    if (performance.now() >= deadline) {
      const reason = failure instanceof Error ? ` (${failure.message})` : '';
      throw new Error(`not within ${timeoutMs} ms: ${describe}${reason}`, { cause: failure });
    }
    await delay(intervalMs);
  }
}
