import { ParleyError } from '@parley/contracts';
import { errorText } from '../texts/error-text.js';
import { t } from '../texts/texts.js';

/** The same file will not do another time. */
const FINAL = new Set(['TOO_LARGE', 'MEDIA_TYPE_REFUSED', 'MEDIA_UNREADABLE', 'VALIDATION_FAILED']);

export const isFinalFailure = (error: unknown): boolean => error instanceof ParleyError && FINAL.has(error.code);

export const tooLargeText = (bytesMax: number): string => t('attachments.tooLarge', { megabytes: megabytes(bytesMax) });

/** Why a file did not get to the server, for people. */
export function uploadFailureText(error: unknown, bytesMax: number): string {
  if (!(error instanceof ParleyError)) return errorText(error);
  if (error.code === 'TOO_LARGE') return tooLargeText(bytesMax);
  if (error.code === 'MEDIA_TYPE_REFUSED') return t('attachments.kindRefused');
  if (error.code === 'MEDIA_UNREADABLE') return t('attachments.damaged');
  return errorText(error);
}

const megabytes = (bytes: number): number => Math.round((bytes / (1024 * 1024)) * 10) / 10;
