const WHOLE = 1_000;
const BEGINNING = 900;
const WORD = 800;
const INSIDE = 600;
/** Letters that are there in their order, with others in between. */
const SCATTERED = 300;
/** More in between than this is chance. */
const GAPS_MAX = 30;

/**
 * How well what somebody typed fits a text, both folded: the larger the better, undefined when it does not. Every word
 * that was typed has to be found; its letters may lie apart, as in "gnrl" for "general".
 */
export function scoreOf(query: string, text: string): number | undefined {
  if (query === text) return WHOLE;
  let worst = WHOLE;
  for (const word of query.split(' ')) {
    if (word === '') continue;
    const score = scoreOfWord(word, text);
    if (score === undefined) return undefined;
    worst = Math.min(worst, score);
  }
  return worst;
}

function scoreOfWord(word: string, text: string): number | undefined {
  const at = text.indexOf(word);
  // Of two that begin alike, the shorter one is closer to what was typed.
  const rest = Math.min(text.length - word.length, 99);
  if (at === 0) return BEGINNING - rest;
  if (at > 0) return (findAtWord(word, text) ? WORD : INSIDE) - rest;
  const gaps = gapsOf(word, text);
  return gaps === undefined ? undefined : SCATTERED - gaps * 5 - rest;
}

function findAtWord(word: string, text: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) if (isWordStart(text, at)) return true;
  return false;
}

const isWordStart = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]!);

/** Characters between the letters, those that end a word not counted; undefined when they are not there in this order. */
function gapsOf(word: string, text: string): number | undefined {
  if (word.length < 3) return undefined; // two letters are in almost everything
  let gaps = 0;
  let next = text.indexOf(word[0]!);
  if (next === -1 || !isWordStart(text, next)) return undefined;
  for (let index = 1; index < word.length; index += 1) {
    const found = text.indexOf(word[index]!, next + 1);
    if (found === -1) return undefined;
    if (!isWordStart(text, found)) gaps += found - next - 1;
    if (gaps > GAPS_MAX) return undefined;
    next = found;
  }
  return gaps;
}
