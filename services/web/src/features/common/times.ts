import { perLocale } from '../../texts/format-message.js';
import { locale, t } from '../../texts/texts.js';

const DAY_MS = 24 * 60 * 60 * 1000;

const time = perLocale((tag) => new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit' }));
const weekday = perLocale((tag) => new Intl.DateTimeFormat(tag, { weekday: 'short' }));
const dayAndMonth = perLocale((tag) => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short' }));
const date = perLocale((tag) => new Intl.DateTimeFormat(tag, { year: 'numeric', month: 'short', day: 'numeric' }));
const longDay = perLocale((tag) => new Intl.DateTimeFormat(tag, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }));
const full = perLocale((tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeStyle: 'medium' }));

const medium = perLocale((tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }));

/** Midnight of the day, where the reader is. */
export function dayOf(iso: string): number {
  return new Date(iso).setHours(0, 0, 0, 0);
}

export const clockTime = (iso: string): string => time(locale()).format(new Date(iso));
export const dateAndTime = (iso: string): string => medium(locale()).format(new Date(iso));
export const fullTime = (iso: string): string => full(locale()).format(new Date(iso));

/** As short as it is still clear: the time today, the weekday this week, then the date. */
export function shortTime(iso: string, now = new Date()): string {
  const then = new Date(iso);
  const days = Math.round((now.setHours(0, 0, 0, 0) - dayOf(iso)) / DAY_MS);
  if (days <= 0) return time(locale()).format(then);
  if (days < 7) return weekday(locale()).format(then);
  return now.getFullYear() === then.getFullYear() ? dayAndMonth(locale()).format(then) : date(locale()).format(then);
}

export function dayName(day: number, now = new Date()): string {
  const days = Math.round((now.setHours(0, 0, 0, 0) - day) / DAY_MS);
  if (days === 0) return t('common.today');
  if (days === 1) return t('common.yesterday');
  return longDay(locale()).format(new Date(day));
}
