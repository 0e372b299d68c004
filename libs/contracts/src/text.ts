import { z } from 'zod';
import { LIMITS } from './limits.js';

/** C0, DEL and C1 controls. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/u;
/**
 * Marks that reorder text (bidi), and characters that nobody sees: both make one name look like another.
 * The joiners U+200C and U+200D stay allowed: Persian and emoji families need them.
 */
const DIRECTION_OR_INVISIBLE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;
const UUID_SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;

/** Length in Unicode code points, which is what people (and Postgres) count; `length` counts UTF-16 units. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The first `max` code points, never half of a surrogate pair. */
export function firstCodePoints(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = 0;
  for (let count = 0; count < max && end < text.length; count += 1) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}

const isWellFormed = (text: string) => text.isWellFormed() && !text.includes('\u0000');

/** What Postgres can store: no lone surrogates and no U+0000. */
export const StorableText = z.string().refine(isWellFormed, 'must not contain U+0000 or half characters');

/** Blanks, joiners and fillers: a name needs something that can be seen. */
const NOTHING_TO_SEE = /^[\p{Default_Ignorable_Code_Point}\u2800\s]*$/u;

/** A name that people see: white space at its ends is cut off, controls and direction marks are refused. */
const visibleName = (max: number) =>
  z
    .string()
    .refine(isWellFormed, 'must not contain U+0000 or half characters')
    .refine((text) => !NOTHING_TO_SEE.test(text), 'must not be empty')
    .refine((text) => codePoints(text) <= max, `must have at most ${max} characters`)
    .refine(
      (text) => !CONTROL.test(text) && !DIRECTION_OR_INVISIBLE.test(text),
      'must not contain control, direction or invisible characters',
    )
    .transform((text) => text.trim())
    .meta({ minLength: 1, maxLength: max });

export const DisplayName = visibleName(LIMITS.displayNameMax);
export const RoomName = visibleName(LIMITS.roomNameMax).refine((text) => !UUID_SHAPE.test(text), 'must not look like an id');

const textUpTo = (max: number) =>
  StorableText.refine((text) => text.length <= max || codePoints(text) <= max, `must have at most ${max} characters`).meta({
    maxLength: max,
  });

export const Topic = textUpTo(LIMITS.topicMax);
export const Bio = textUpTo(LIMITS.bioMax);

/**
 * Text of a message: kept as sent, neither trimmed nor normalised. May be empty here, because a message with an
 * attachment may have none; whoever accepts a message checks the two together (`PostMessageRequest`, `SendMessage`).
 */
export const MessageText = textUpTo(LIMITS.textMax);

/** More than a message takes: what is too long can still be cut. */
export const DraftText = textUpTo(LIMITS.draftMax);

/** Only white space counts as nothing. */
export const isBlank = (text: string): boolean => text.trim().length === 0;
