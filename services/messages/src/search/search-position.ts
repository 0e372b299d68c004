/** A message in the order of time, all rooms together. */
export interface SearchPosition {
  /** ms. */
  readonly at: number;
  readonly id: string;
}

/** What is looked through: from the newest to the oldest, both included. */
export interface SearchRange {
  readonly newest: SearchPosition;
  readonly oldest: SearchPosition;
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The last position that is not after this time, and the first that is not before it. */
export const lastAt = (at: number): SearchPosition => ({ at, id: LAST_ID });
export const firstAt = (at: number): SearchPosition => ({ at, id: FIRST_ID });

/** The position right before this one. */
export function positionBefore({ at, id }: SearchPosition): SearchPosition {
  const digits = id.replaceAll('-', '');
  if (/^0+$/u.test(digits)) return lastAt(at - 1);
  const before = (BigInt(`0x${digits}`) - 1n).toString(16).padStart(32, '0');
  return { at, id: before.replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-') };
}

/** Newest first. */
export const byTime = (a: SearchPosition, b: SearchPosition): number => b.at - a.at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

export const isEmpty = ({ newest, oldest }: SearchRange): boolean => byTime(newest, oldest) > 0;
