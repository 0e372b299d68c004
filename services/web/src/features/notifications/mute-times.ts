const MINUTE_MS = 60_000;

/** How long a room can be muted, in minutes. */
export const MUTE_MINUTES = [15, 60, 480, 1_440] as const;
export type MuteMinutes = (typeof MUTE_MINUTES)[number];

/** Until somebody turns it back on: no clock comes that far. */
export const FOR_EVER = '9999-12-31T23:59:59.999Z';

export const untilAfter = (minutes: MuteMinutes): string => new Date(Date.now() + minutes * MINUTE_MS).toISOString();

export const isMutedAt = (mutedUntil: string | null, now: number): boolean => mutedUntil !== null && Date.parse(mutedUntil) > now;
