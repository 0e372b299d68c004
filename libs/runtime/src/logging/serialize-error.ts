const CAUSES_MAX = 5;

export interface SerializedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: SerializedError;
}

/**
 * What a log line tells of an error: names, texts, stacks and causes. Other properties stay out, because drivers hang
 * the parameters of a failed query on theirs: messages of people, hashes, tokens.
 */
export function serializeError(error: unknown, causesMax = CAUSES_MAX): SerializedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { code, cause } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(cause === undefined || causesMax === 0 ? {} : { cause: serializeError(cause, causesMax - 1) }),
  };
}
