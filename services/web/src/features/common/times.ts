const DAY_MS = 24 * 60 * 60 * 1000;

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const date = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** Midnight of the day, where the reader is. */
export function dayOf(iso: string): number {
  return new Date(iso).setHours(0, 0, 0, 0);
}

export const clockTime = (iso: string): string => time.format(new Date(iso));
export const fullTime = (iso: string): string => full.format(new Date(iso));

/** As short as it is still clear: the time today, the weekday this week, then the date. */
export function shortTime(iso: string, now = new Date()): string {
  const then = new Date(iso);
  const days = Math.round((now.setHours(0, 0, 0, 0) - dayOf(iso)) / DAY_MS);
  if (days <= 0) return time.format(then);
  if (days < 7) return weekday.format(then);
  return now.getFullYear() === then.getFullYear() ? dayAndMonth.format(then) : date.format(then);
}

export function dayName(day: number, now = new Date()): string {
  const days = Math.round((now.setHours(0, 0, 0, 0) - day) / DAY_MS);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return longDay.format(new Date(day));
}
