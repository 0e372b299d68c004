/** Letters with a stroke or two in one, which Unicode does not take apart. */
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ı: 'i', ς: 'σ' };
const STROKED = /[ßøłđðþæœıς]/gu;
/** Accents of Latin, Greek and Cyrillic letters, vowel points of Hebrew and Arabic: people leave them out. Marks of other scripts are letters. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/gu;
const ASCII = /^[\u0000-\u007f]*$/u;

/**
 * Text as every search compares it, on servers and in the web client: without case and accents, one form for letters
 * that are the same. Folded text stays as it is.
 */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(ACCENTS, '')
    .replace(STROKED, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFC');
}
