import type { TcpProxy } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from './random.js';

const MOMENT_MS = 600;

/** Makes a fault happen, and resolves when it is over. */
export type Fault = () => Promise<unknown>;

/** What may happen to a link, each for a moment. A stream with a piece missing is none any more: it ends. */
export const faultsOf = (link: TcpProxy, random: Random): Fault[] => [
  () => Promise.resolve(link.cut()),
  async () => {
    link.delayMs = random.between(20, 150);
    await delay(MOMENT_MS);
    link.delayMs = 0;
  },
  ...(['drop-responses', 'blackhole'] as const).map((mode) => async () => {
    link.mode = mode;
    await delay(MOMENT_MS);
    link.mode = 'pass';
    link.cut();
  }),
];

/** In any order, one beginning `everyMs` after the other. Resolves when the last is over. */
export async function causeAll(faults: readonly Fault[], random: Random, everyMs: number): Promise<void> {
  const waiting = [...faults];
  const running: Promise<unknown>[] = [];
  while (waiting.length > 0) {
    running.push(...waiting.splice(random.between(0, waiting.length - 1), 1).map((fault) => fault()));
    await delay(everyMs);
  }
  await Promise.all(running);
}
