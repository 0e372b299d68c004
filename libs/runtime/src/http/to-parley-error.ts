import { HttpException } from '@nestjs/common';
import { ParleyError, type ErrorCode } from '@parley/contracts';

const CODES: Record<number, ErrorCode> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'TOO_LARGE',
  429: 'RATE_LIMITED',
};

/** Kinds of body-parser; its own texts repeat the input. */
const PARSER_FAULTS: Record<string, string> = {
  'entity.parse.failed': 'The body is not valid JSON.',
  'entity.too.large': 'The body is too large.',
  'charset.unsupported': 'The body must be UTF-8.',
  'encoding.unsupported': 'The body must not be compressed.',
  'request.aborted': 'The body is incomplete.',
  'request.size.invalid': 'The body has another length than announced.',
};

/** What a client is told of a failure: coded errors as they are, those of the framework by their status, anything else `UNAVAILABLE`. */
export function toParleyError(failure: unknown): ParleyError {
  if (failure instanceof ParleyError) return failure;
  if (!(failure instanceof HttpException)) return new ParleyError('UNAVAILABLE', { cause: failure });
  const status = failure.getStatus();
  if (status >= 500) return new ParleyError('UNAVAILABLE', { cause: failure });
  const cause = failure.cause as { type?: string } | undefined;
  const detail = cause instanceof URIError ? 'The address has a broken percent-encoding.' : PARSER_FAULTS[cause?.type ?? ''];
  return new ParleyError(CODES[status] ?? 'VALIDATION_FAILED', { cause: failure, ...(detail === undefined ? {} : { detail }) });
}
