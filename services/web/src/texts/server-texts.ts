import { LIMITS } from '@parley/contracts';
import { spokenLanguage, t } from './texts.js';

/**
 * What servers say of one case, and the outbox to the next page, in our words. The contract fixes codes and not sentences: one that is not in here is shown
 * as it came to those who read English, and to all others in the words of its code.
 */
const TEXTS: readonly (readonly [pattern: RegExp, text: (found: readonly string[]) => string])[] = [
  [/^This device could not store the message/, () => t('error.notStored')],
  [/^The current password is wrong/, () => t('error.currentPassword')],
  [/^This room is in slow mode/, () => t('error.slowMode')],
  [/^Your files take all/, () => t('error.noSpaceLeft')],
  [/^The upload took too long/, () => t('error.uploadTooLong')],
  [/^The file is empty/, () => t('error.emptyFile')],
  [/^The search took too long/, () => t('error.searchTooLong')],
  [/^There is nobody with the user name "(.*)"/, ([, name]) => t('error.nobodyCalled', { name: name! })],
  [/at most \d+ invitations/, () => t('error.tooManyInvites', { count: LIMITS.invitesMax })],
  [/may have ASCII letters, digits/, () => t('error.usernameLetters')],
  [/passwords that are guessed first/, () => t('error.commonPassword')],
  [/is reserved/, () => t('error.reservedName')],
  [/must not be empty/, () => t('error.empty')],
  [/must have (\d+) to (\d+) characters/, ([, min, max]) => t('error.lengthBetween', { min: Number(min), max: Number(max) })],
  [/must have at most (\d+) characters/, ([, count]) => t('error.tooLong', { count: Number(count) })],
  [/^Too small: expected string to have >=(\d+) characters/, ([, count]) => t('error.tooShort', { count: Number(count) })],
  [/^Too big: expected string to have <=(\d+) characters/, ([, count]) => t('error.tooLong', { count: Number(count) })],
  [/must not contain /, () => t('error.badCharacters')],
  [/must not look like an id/, () => t('error.looksLikeId')],
  [/must be in the future/, () => t('error.notInFuture')],
  [/has: must be one of (.*)/, ([, kinds]) => t('error.searchHas', { kinds: kinds! })],
  [
    /^(\S+) must be followed by what it stands for, without a space|^(\S+): must be followed/,
    ([, word, operator]) => t('error.searchOperator', { operator: word ?? `${operator!}:` }),
  ],
  [/must say what to look for/, () => t('error.searchNothing')],
];

/** undefined: nothing that the reader would understand. */
export function serverText(sentence: string): string | undefined {
  for (const [pattern, text] of TEXTS) {
    const found = pattern.exec(sentence);
    if (found) return text(found);
  }
  return spokenLanguage.get().language === 'en' ? asSentence(sentence) : undefined;
}

const asSentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?…]$/.test(words) ? '' : '.'}`;
