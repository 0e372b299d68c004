import { ParleyError } from '@parley/contracts';

/** Where a page of people ended: names that begin with the words come first (0), then the others (1). */
export interface UserPosition {
  readonly rank: number;
  readonly usernameKey: string;
}

export function toCursor({ rank, usernameKey }: UserPosition): string {
  return Buffer.from(`${rank}${usernameKey}`).toString('base64url');
}

/** Throws VALIDATION_FAILED for what no `nextCursor` ever was. */
export function fromCursor(cursor: string): UserPosition {
  const { rank, usernameKey } =
    /^(?<rank>[01])(?<usernameKey>[a-z0-9_.-]+)$/.exec(Buffer.from(cursor, 'base64url').toString())?.groups ?? {};
  if (rank !== undefined && usernameKey !== undefined) {
    const position = { rank: Number(rank), usernameKey };
    if (toCursor(position) === cursor) return position; // decoding forgives; we do not
  }
  throw new ParleyError('VALIDATION_FAILED', {
    detail: 'cursor: is not one of ours',
    errors: [{ path: 'cursor', message: 'is not one of ours' }],
  });
}
