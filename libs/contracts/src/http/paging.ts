import { z } from 'zod';
import { LIMITS } from '../limits.js';
import { StorableText } from '../text.js';

/** `limit` above the maximum is clamped; anything that is not a positive whole number is refused. */
export const limit = (max: number, fallback: number) =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,9}$/, 'must be a positive whole number')
    .transform((text) => Math.min(Number(text), max))
    .optional()
    .transform((value) => value ?? fallback)
    .meta({ type: 'integer', minimum: 1, description: `${fallback} without it; above ${max} it is clamped.` });

/** Opaque to clients; whoever made it refuses one that it cannot read. */
export const Cursor = z.string().max(512).optional();
export const NextCursor = z.string().nullable();

/** What somebody types to narrow a list. It reaches Postgres, so it must be something that Postgres can read. */
export const SearchText = StorableText.max(100);

export const ListQuery = z.strictObject({ cursor: Cursor, limit: limit(LIMITS.listMax, LIMITS.listDefault) });
export type ListQuery = z.output<typeof ListQuery>;
