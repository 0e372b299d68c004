/**
 * Every error that a client can meet: HTTP status, whether the same request may succeed when repeated, and the
 * sentence that people see when nothing more precise is known. `docs/api/errors.md` is made of it.
 */
export const ERRORS = {
  VALIDATION_FAILED: { status: 400, retryable: false, message: 'The request is not valid.' },
  UNAUTHENTICATED: { status: 401, retryable: false, message: 'Log in first.' },
  INVALID_CREDENTIALS: { status: 401, retryable: false, message: 'User name or password is wrong.' },
  FORBIDDEN: { status: 403, retryable: false, message: 'You may not do that.' },
  NOT_A_MEMBER: { status: 403, retryable: false, message: 'Join the room first.' },
  BANNED: { status: 403, retryable: false, message: 'You are banned from this room.' },
  MUTED: { status: 403, retryable: false, message: 'You are muted in this room.' },
  ORIGIN_REFUSED: { status: 403, retryable: false, message: 'Requests from this web site are not allowed.' },
  ROOM_NOT_FOUND: { status: 404, retryable: false, message: 'There is no such room.' },
  MESSAGE_NOT_FOUND: { status: 404, retryable: false, message: 'There is no such message.' },
  USER_NOT_FOUND: { status: 404, retryable: false, message: 'There is no such person.' },
  MEDIA_NOT_FOUND: { status: 404, retryable: false, message: 'There is no such file.' },
  INVITE_NOT_FOUND: { status: 404, retryable: false, message: 'This invitation does not exist or is no longer valid.' },
  SESSION_NOT_FOUND: { status: 404, retryable: false, message: 'There is no such session.' },
  NOT_FOUND: { status: 404, retryable: false, message: 'There is nothing here.' },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, message: 'This address does not take that method.' },
  USERNAME_TAKEN: { status: 409, retryable: false, message: 'This user name is taken.' },
  ROOM_NAME_TAKEN: { status: 409, retryable: false, message: 'A public room with this name exists.' },
  LAST_OWNER: { status: 409, retryable: false, message: 'The room needs another owner first.' },
  MESSAGE_DELETED: { status: 409, retryable: false, message: 'The message was deleted.' },
  MEDIA_NOT_ATTACHABLE: { status: 409, retryable: false, message: 'This file cannot be attached.' },
  MEDIA_IN_USE: { status: 409, retryable: false, message: 'This file is in use.' },
  ROOM_ARCHIVED: { status: 409, retryable: false, message: 'The room is archived.' },
  DIRECT_FIXED: { status: 409, retryable: false, message: 'The members of a private chat cannot change.' },
  TOO_LARGE: { status: 413, retryable: false, message: 'That is too large.' },
  MEDIA_TYPE_REFUSED: { status: 415, retryable: false, message: 'Files of this type are not allowed.' },
  RANGE_NOT_SATISFIABLE: { status: 416, retryable: false, message: 'The file has no such part.' },
  MEDIA_UNREADABLE: { status: 422, retryable: false, message: 'The file could not be read.' },
  RATE_LIMITED: { status: 429, retryable: true, message: 'Too many requests. Wait a moment.' },
  BUSY: { status: 503, retryable: true, message: 'The server is busy. Try again.' },
  UNCONFIRMED: { status: 503, retryable: true, message: 'It is not known whether this was accepted. Repeat it with the same id.' },
  UNAVAILABLE: { status: 503, retryable: true, message: 'The server cannot answer at the moment. Try again.' },
  /** Acknowledgements only. */
  UNKNOWN_EVENT: { status: 400, retryable: false, message: 'There is no such event.' },
} as const satisfies Record<string, { status: number; retryable: boolean; message: string }>;

export type ErrorCode = keyof typeof ERRORS;
export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];
