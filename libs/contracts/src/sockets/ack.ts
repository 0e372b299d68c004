import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../errors/catalogue.js';
import type { ParleyError } from '../errors/parley-error.js';

export const AckError = z
  .object({ code: z.enum(ERROR_CODES), message: z.string(), retryable: z.boolean(), retryAfterMs: z.number().optional() })
  .meta({ id: 'AckError' });
export interface AckError {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  retryAfterMs?: number;
}

/** The answer to every client event. */
export type Ack<T> = { ok: true; data: T } | { ok: false; error: AckError };

export function ackError(error: ParleyError): AckError {
  return {
    code: error.code,
    message: error.message,
    retryable: error.isRetryable,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  };
}
