import { validationError } from '@parley/contracts';
import type { z } from 'zod';

/** Where the next page of a list begins; opaque to clients. */
export const encodeCursor = (position: unknown): string => Buffer.from(JSON.stringify(position)).toString('base64url');

/** Throws VALIDATION_FAILED for anything that `encodeCursor` has not made for this kind of list. */
export function decodeCursor<S extends z.ZodType>(schema: S, cursor: string | undefined): z.output<S> | undefined {
  if (cursor === undefined) return undefined;
  let position: unknown;
  try {
    position = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    position = undefined;
  }
  const result = schema.safeParse(position);
  if (!result.success) throw validationError([{ path: ['cursor'], message: 'does not belong to this list' }]);
  return result.data;
}
