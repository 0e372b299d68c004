import { ERRORS, type ErrorCode } from './catalogue.js';

export interface ErrorDetails {
  /** A sentence for this very case; the catalogue's message otherwise. */
  detail?: string;
  /** Faults in the input, with the path to each. */
  errors?: FieldError[];
  /** When a repeat makes sense. */
  retryAfterMs?: number;
  cause?: unknown;
  /** HTTP status where the contract gives one code two: a wrong current password is 403, since the log-in itself is fine. */
  status?: 403;
}

export interface FieldError {
  path: string;
  message: string;
}

/** An expected failure. Edges translate it: problem document, acknowledgement, consumer verdict. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  readonly errors: FieldError[] | undefined;
  readonly retryAfterMs: number | undefined;
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    details: ErrorDetails = {},
  ) {
    super(details.detail ?? ERRORS[code].message, details.cause === undefined ? undefined : { cause: details.cause });
    this.errors = details.errors;
    this.retryAfterMs = details.retryAfterMs;
    this.status = details.status ?? ERRORS[code].status;
  }

  get isRetryable(): boolean {
    return ERRORS[this.code].retryable;
  }
}

/** Turns the issues of a Standard Schema (zod) into the one error that clients know for bad input. */
export function validationError(issues: readonly { message: string; path?: readonly unknown[] | undefined }[]): ParleyError {
  const errors = issues.map((issue) => ({
    path: (issue.path ?? [])
      .map((segment) => String(typeof segment === 'object' && segment !== null && 'key' in segment ? segment.key : segment))
      .join('.'),
    message: issue.message,
  }));
  const first = errors[0];
  const detail = first ? `${first.path ? `${first.path}: ` : ''}${first.message}` : undefined;
  return new ParleyError('VALIDATION_FAILED', { errors, ...(detail === undefined ? {} : { detail }) });
}
