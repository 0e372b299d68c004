import { t } from '../../texts/texts.js';
import { clockTime } from '../common/times.js';

const MINUTE_MS = 60_000;
/** The hour at which a day begins that somebody wants to be left alone until. */
const MORNING_HOUR = 8;

/** Until somebody turns it back on: no clock comes that far. */
export const FOR_EVER = '9999-12-31T23:59:59.999Z';

export interface MuteChoice {
  readonly label: string;
  /** ISO 8601. */
  readonly until: string;
}

/** How long a room can be muted, counted from now. */
export function muteChoices(now = new Date()): MuteChoice[] {
  const after = (minutes: number) => new Date(now.getTime() + minutes * MINUTE_MS).toISOString();
  const tomorrow = tomorrowMorning(now);
  return [
    { label: t('notifications.minutes', { count: 15 }), until: after(15) },
    { label: t('notifications.hours', { count: 1 }), until: after(60) },
    { label: t('notifications.hours', { count: 8 }), until: after(480) },
    { label: t('notifications.tomorrow', { time: clockTime(tomorrow) }), until: tomorrow },
    { label: t('notifications.forEver'), until: FOR_EVER },
  ];
}

/** By the clock of this device, also when the night is an hour longer or shorter than others. */
function tomorrowMorning(now: Date): string {
  const morning = new Date(now);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(MORNING_HOUR, 0, 0, 0);
  return morning.toISOString();
}

export const isMutedAt = (mutedUntil: string | null, now: number): boolean => mutedUntil !== null && Date.parse(mutedUntil) > now;
