import { setTimeout as delay } from 'node:timers/promises';

/** Waits between tries: 50 ms doubled up to 5 s, each with a random part, so that many who failed together spread out. */
export function backOffMs(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(5_000, 50 * 2 ** Math.min(failures, 10));
  return ceiling / 2 + (random() * ceiling) / 2;
}

/** Resolves after the time or when the signal fires, whichever is first. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
}
