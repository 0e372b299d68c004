import { z } from 'zod';
import { RoomId, UserId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { StorableText } from '../text.js';
import { Message } from './messages.js';
import { Cursor, NextCursor, limit } from './paging.js';

export const SearchHas = z.enum(['image', 'file', 'link']);
export type SearchHas = z.output<typeof SearchHas>;
export const SearchSort = z.enum(['relevance', 'time']);
export type SearchSort = z.output<typeof SearchSort>;

/** With or without fractions and with any offset; Postgres knows no year above 9999. */
const SearchTime = z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString());

/** Parameters and the operators in `q` hold together: a hit fulfils all of them. */
export const SearchQuery = z.strictObject({
  q: StorableText.max(LIMITS.searchQueryMax).default('').meta({
    description:
      'Words, "phrases", -words that must not be there, and the operators from: (a user name, an id or `me`), in: (a room by name or id, @name for the private chat), before:, after: (a day or a time, UTC), has: (image, file, link). from:, in: and has: can be negated; several from: or in: mean any of them.',
  }),
  roomId: RoomId.optional(),
  from: UserId.optional(),
  before: SearchTime.optional(),
  after: SearchTime.optional(),
  has: SearchHas.optional(),
  sort: SearchSort.default('relevance').meta({
    description: 'relevance: how well a hit matches and how new it is, the newest 100 first, then the next; time: newest first.',
  }),
  cursor: Cursor,
  limit: limit(LIMITS.searchPageMax, LIMITS.searchPageDefault),
});
export type SearchQuery = z.output<typeof SearchQuery>;

/** A piece of the text around what was found. `marks`: from and to in UTF-16 units of `text`, in order, not overlapping; none if a file's name was found. */
export const SearchSnippet = z.object({
  text: z.string(),
  marks: z.array(z.tuple([z.number().int().nonnegative(), z.number().int().positive()])),
});
export type SearchSnippet = z.output<typeof SearchSnippet>;

export const SearchHit = z.object({ message: Message, snippet: SearchSnippet }).meta({ id: 'SearchHit' });
export type SearchHit = z.output<typeof SearchHit>;

/** A page may have fewer hits than `limit` while `nextCursor` says that there are more. */
export const SearchAnswer = z.object({ hits: z.array(SearchHit), nextCursor: NextCursor }).meta({ id: 'SearchAnswer' });
export type SearchAnswer = z.output<typeof SearchAnswer>;
