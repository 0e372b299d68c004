import { setTimeout as delay } from 'node:timers/promises';
import { inject, type TestContext } from 'vitest';
import type { FaultBed } from './fault-bed.js';
import type { Random } from './random.js';

const PAUSE_MS = 250;

/** What `stack` could not find is not here either, where it runs along. Servers of somebody else's are not ours to kill. */
export const isBedMissing =
  Object.keys(inject('stackMissing') ?? {}).some((name) => name === 'kafka' || name === 'redis') ||
  process.env['PARLEY_KAFKA_BROKERS'] !== undefined ||
  process.env['PARLEY_REDIS_URL'] !== undefined;

export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** To begin each test with. */
export function explainFailure({ onTestFailed }: TestContext, bed: FaultBed, random: Random): void {
  onTestFailed(() => console.error(`CRASH_SEED=${random.seed}\n${bed.describeLogs()}`));
}

/** Answers how long `work` took, in whole ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return Math.round(performance.now() - began);
}

/** Does it again and again until so much time has passed: what goes on during an outage. Answers what each time answered. */
export async function during<T>(durationMs: number, act: () => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (const end = performance.now() + durationMs; performance.now() < end; await delay(PAUSE_MS)) answers.push(await act());
  return answers;
}
