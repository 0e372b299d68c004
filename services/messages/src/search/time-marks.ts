import { anyOf } from './search-conditions.js';
import { dayMark, hourMark, monthMark, quoted } from './search-entry.js';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Marks that are read at once at the most; what is wider is told by coarser ones. The index goes through whatever is rarer, the word
 * or the marks together: a long time is only asked for when the word is rare, and then few long lists of marks are the better ones.
 */
const HOURS_MAX = 12;
const DAYS_MAX = 8;
const MONTHS_MAX = 72;

/**
 * The hours, days or months that cover `since <= time < until`, as a part of a `tsquery`: the index then reads no more of
 * a common word than belongs to them. undefined: too wide, time says nothing.
 */
export function timeQueryOf(since: number, until: number): string | undefined {
  const span = until - since;
  if (span <= HOURS_MAX * HOUR_MS) return anyOf(steps(since, until, HOUR_MS).map((time) => quoted(hourMark(time))));
  if (span <= DAYS_MAX * DAY_MS) return anyOf(steps(since, until, DAY_MS).map((time) => quoted(dayMark(time))));
  if (span <= MONTHS_MAX * 30 * DAY_MS) return anyOf(months(since, until).map((time) => quoted(monthMark(time))));
  return undefined;
}

function steps(since: number, until: number, stepMs: number): string[] {
  const times: string[] = [];
  for (let time = Math.floor(since / stepMs) * stepMs; time < until; time += stepMs) times.push(new Date(time).toISOString());
  return times;
}

function months(since: number, until: number): string[] {
  const times: string[] = [];
  const first = new Date(since);
  for (let month = 0; ; month += 1) {
    const time = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + month));
    if (time.getTime() >= until) return times;
    times.push(time.toISOString());
  }
}
