const SECONDS = /^\d{9,10}(?:\.\d+)?$/;
const MILLISECONDS = /^\d{12,13}$/;
const WRITTEN = /^(?<day>\d{4}-\d\d-\d\d)(?:[ T](?<time>\d\d:\d\d(?::\d\d)?)(?:\.(?<fraction>\d{1,9}))?\s*(?<zone>Z|[+-]\d\d:?\d\d)?)?$/;

/** `+02:00` in minutes; undefined for anything else. */
export function parseUtcOffset(text: string): number | undefined {
  const parts = /^(?<sign>[+-])(?<hours>\d\d):?(?<minutes>\d\d)$/.exec(text)?.groups;
  if (!parts || Number(parts['hours']) > 14 || Number(parts['minutes']) > 59) return undefined;
  return (parts['sign'] === '-' ? -1 : 1) * (Number(parts['hours']) * 60 + Number(parts['minutes']));
}

/** Reads what Python and SQLite write; a time without a zone is `offsetMinutes` ahead of UTC. Nothing from the future. */
export function parseSourceTime(text: string | null, offsetMinutes: number, now = Date.now()): Date | undefined {
  const ms = text === null ? undefined : toMs(text.trim(), offsetMinutes);
  return ms === undefined || Number.isNaN(ms) || ms < 0 || ms > now ? undefined : new Date(ms);
}

function toMs(text: string, offsetMinutes: number): number | undefined {
  if (SECONDS.test(text)) return Math.round(Number(text) * 1000);
  if (MILLISECONDS.test(text)) return Number(text);
  const parts = WRITTEN.exec(text)?.groups;
  if (!parts) return undefined;
  const { day = '', time = '00:00', fraction = '0', zone } = parts;
  const local = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
  return local - 60_000 * (zone === undefined ? offsetMinutes : zone === 'Z' ? 0 : (parseUtcOffset(zone) ?? Number.NaN));
}
