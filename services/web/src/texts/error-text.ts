import { ERRORS, ParleyError, type ErrorCode } from '@parley/contracts';
import { NoAnswerError } from '@parley/client';
import { serverText } from './server-texts.js';
import { t } from './texts.js';

/** What went wrong, in the language of the reader; to be shown as it is. */
export function errorText(error: unknown): string {
  if (error instanceof NoAnswerError) return t(error.reason === 'timeout' ? 'error.timeout' : 'error.unreachable');
  if (!(error instanceof ParleyError)) return t('error.page');
  return codeText(error.code, error.message, error.retryAfterMs);
}

/**
 * @param detail what the server said of this very case
 * @param retryAfterMs when it said so
 */
export function codeText(code: ErrorCode, detail?: string, retryAfterMs?: number): string {
  const own = detail === undefined || detail === ERRORS[code].message ? undefined : serverText(detail);
  if (own !== undefined) return own;
  if (code === 'RATE_LIMITED' && retryAfterMs !== undefined) return t('error.waitSeconds', { count: Math.ceil(retryAfterMs / 1_000) });
  return t(`error.${code}`);
}

/** What is wrong with one field of a form. */
export const fieldText = (message: string): string => serverText(message) ?? t('error.field');
