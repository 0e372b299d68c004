import { createHash } from 'node:crypto';
import type { SearchQuery } from '@parley/contracts';
import { Uuid } from '@parley/contracts';
import { z } from 'zod';
import { fault } from './search-text.js';

const At = z.number().int().min(-8.64e15).max(8.64e15);
const Position = z.strictObject({ at: At, id: Uuid });

/** Where a search goes on. `window`: what is ranked together, and the last hit of it that was handed out; without one a new one begins. */
export const SearchCursor = z.strictObject({
  /** Of the same question: a cursor says nothing about another one. */
  of: z.string(),
  /** The question found nothing as it was typed. */
  isRespelt: z.boolean(),
  newest: Position,
  window: z.strictObject({ oldest: Position, score: z.number(), last: Position }).optional(),
});
export type SearchCursor = z.output<typeof SearchCursor>;

/** Short and the same for the same question by the same person. */
export const questionKey = ({ cursor: _cursor, limit: _limit, ...question }: SearchQuery, userId: string): string =>
  createHash('sha256')
    .update(JSON.stringify([userId, question]))
    .digest('base64url')
    .slice(0, 12);

export const encodeCursor = (cursor: SearchCursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** Throws VALIDATION_FAILED for anything that was not handed out for this question. */
export function decodeCursor(text: string, key: string): SearchCursor {
  const cursor = SearchCursor.safeParse(parsed(text)).data;
  if (cursor?.of !== key) throw fault('does not belong to this search', 'cursor');
  return cursor;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
