import { ParleyError } from '@parley/contracts';

export interface ByteRange {
  readonly start: number;
  /** Included. */
  readonly end: number;
}

/**
 * The part of a file that `Range` asks for; undefined: all of it. Of several parts the first is served, which is a lawful
 * answer and costs no more than any other. Throws RANGE_NOT_SATISFIABLE when there is nothing where it begins.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | undefined {
  const first = /^bytes=([^,]*)/.exec(header ?? '')?.[1]?.trim();
  const { from = '', to = '' } = /^(?<from>\d{0,15})-(?<to>\d{0,15})$/.exec(first ?? '')?.groups ?? {};
  if (from === '' && to === '') return undefined; // not of a form that we know
  if (from === '') {
    const length = Math.min(Number(to), size);
    if (length === 0) throw new ParleyError('RANGE_NOT_SATISFIABLE');
    return { start: size - length, end: size - 1 };
  }
  const start = Number(from);
  if (to !== '' && Number(to) < start) return undefined;
  if (start >= size) throw new ParleyError('RANGE_NOT_SATISFIABLE');
  return { start, end: Math.min(to === '' ? size - 1 : Number(to), size - 1) };
}
