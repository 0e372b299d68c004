import { ParleyError } from '@parley/contracts';
import { COMMON_PASSWORDS } from './common-passwords.js';

/** What guessers try first at this very door. */
const PRODUCT_WORDS = /^(?:parley|chat|password|admin|login|welcome)+$/;

/** Throws VALIDATION_FAILED for passwords that guessers try first. Length is the contract's business. */
export function assertAcceptablePassword(password: string, username: string, field = 'password'): void {
  const folded = password.normalize('NFKC').toLowerCase();
  const letters = folded.replace(/[^a-z]/g, '');
  const isGuessable =
    COMMON_PASSWORDS.includes(` ${folded} `) ||
    (letters.includes('parley') && PRODUCT_WORDS.test(letters)) ||
    folded === username.toLowerCase();
  if (!isGuessable) return;
  const message = 'is one of the passwords that are guessed first; choose another one';
  throw new ParleyError('VALIDATION_FAILED', { detail: `${field}: ${message}`, errors: [{ path: field, message }] });
}
