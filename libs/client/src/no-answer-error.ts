import { ParleyError } from '@parley/contracts';

/**
 * No answer came: not connected, connection lost, or too late. Whether the server did what was asked is unknown,
 * so whatever is repeated must carry its own id.
 */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  constructor(
    readonly reason: 'offline' | 'timeout' | 'lost',
    cause?: unknown,
  ) {
    super(
      reason === 'timeout' ? 'The server did not answer in time.' : 'The server cannot be reached.',
      cause === undefined ? undefined : { cause },
    );
  }
}

/** May the same request succeed when it is repeated? */
export function isRetryable(error: unknown): boolean {
  return error instanceof NoAnswerError || (error instanceof ParleyError && error.isRetryable);
}

/** A sentence for people. */
export function messageOf(error: unknown): string {
  if (error instanceof ParleyError || error instanceof NoAnswerError) return error.message;
  return 'Something went wrong on this page. Reload it and try again.';
}
