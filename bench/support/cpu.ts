import { cpuMicros, ownCpuMicros } from '@parley/testing';
import type { CpuByPart } from './target.ts';

/** A Node process that owns a Postgres. */
export function nodeAndPostgres(pid: number): CpuByPart {
  const node = ownCpuMicros(pid);
  return { Node: node, Postgres: cpuMicros(pid) - node };
}

/** What each part used in between, in microseconds. */
export function cpuBetween(begin: CpuByPart, end: CpuByPart): CpuByPart {
  return Object.fromEntries(Object.entries(end).map(([part, micros]) => [part, micros - (begin[part] ?? 0)]));
}

export const total = (cpu: CpuByPart): number => Object.values(cpu).reduce((sum, micros) => sum + micros, 0);
