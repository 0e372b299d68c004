import { foldText } from '@parley/contracts';

/** Both names in one line each, folded, so that one index serves searches in either. */
export function searchKeyOf(username: string, displayName: string): string {
  return `${fold(username)}\n${fold(displayName)}`;
}

/** Patterns for LIKE: names that contain the words, and those that begin with them. */
export function searchPatterns(query: string): { contains: string; begins: string; beginsLater: string } {
  const literal = fold(query.trim()).replace(/[\\%_]/g, (character) => `\\${character}`);
  return { contains: `%${literal}%`, begins: `${literal}%`, beginsLater: `%\n${literal}%` };
}

const fold = (text: string): string => foldText(text).replace(/\s+/gu, ' ');
