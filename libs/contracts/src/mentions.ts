import { z } from 'zod';
import { UserId } from './ids.js';
import { LIMITS } from './limits.js';

export const Mentions = z.object({ userIds: z.array(UserId), everyone: z.boolean() });
export type Mentions = z.output<typeof Mentions>;

/** `@everyone`: counts only where the author may say so. */
export const EVERYONE = 'everyone';

/** A place in a text where somebody may be meant. */
export interface MentionSpan {
  /** UTF-16 units, `@` included. */
  readonly from: number;
  /** Lower-cased names that it may stand for, longest first: a full stop may belong to the name or to the sentence. */
  readonly names: readonly string[];
}

const MENTION = /(?<![\p{L}\p{N}\p{M}_.@-])@(?<name>[A-Za-z0-9_.-]+)(?![\p{L}\p{N}\p{M}@])/gu;

/** What looks like a mention, whoever exists: not inside a word, so no address of electronic mail. */
export function mentionSpans(text: string): MentionSpan[] {
  if (!text.includes('@')) return [];
  return [...text.matchAll(MENTION)].flatMap((match) => {
    const names = namesIn(match.groups?.['name'] ?? '');
    return names.length > 0 ? [{ from: match.index, names }] : [];
  });
}

function namesIn(token: string): string[] {
  const names: string[] = [];
  for (let name = token.toLowerCase(); ; name = name.slice(0, -1)) {
    if (name.length >= LIMITS.usernameMin && name.length <= LIMITS.usernameMax) names.push(name);
    if (!/[._-]$/.test(name)) return names;
  }
}

/**
 * Who is mentioned in a text. `idOf` answers for a lower-cased user name; at most `LIMITS.mentionsMax` people are
 * mentioned by one message, the first ones.
 */
export function mentionsIn(text: string, mayMentionEveryone: boolean, idOf: (name: string) => string | undefined): Mentions {
  const userIds = new Set<string>();
  let everyone = false;
  for (const { names } of mentionSpans(text)) {
    if (names.includes(EVERYONE)) everyone = mayMentionEveryone;
    const id = names.map(idOf).find((found) => found !== undefined);
    if (id !== undefined && userIds.size < LIMITS.mentionsMax) userIds.add(id);
  }
  return { userIds: [...userIds], everyone };
}
