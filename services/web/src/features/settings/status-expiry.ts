/** When a status goes by itself. */
export const STATUS_EXPIRIES = [
  ['never', 'settings.untilCleared'],
  ['halfHour', 'settings.halfHour'],
  ['hour', 'settings.oneHour'],
  ['fourHours', 'settings.fourHours'],
  ['today', 'settings.untilMidnight'],
] as const;

export type StatusExpiry = (typeof STATUS_EXPIRIES)[number][0];

const MINUTE_MS = 60_000;
const SPANS = { halfHour: 30 * MINUTE_MS, hour: 60 * MINUTE_MS, fourHours: 240 * MINUTE_MS } as const;

/** ISO 8601; `today` ends at the midnight of whoever sets it. */
export function expiryOf(expiry: StatusExpiry, now: Date): string | null {
  if (expiry === 'never') return null;
  if (expiry === 'today') return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).toISOString();
  return new Date(now.getTime() + SPANS[expiry]).toISOString();
}
