import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ERROR_CODES, ERRORS } from './catalogue.js';
import { ParleyError, validationError } from './parley-error.js';

/** The public list; a code is never renamed, moved to another status or taken away. */
const PUBLIC: Record<number, string> = {
  400: 'VALIDATION_FAILED UNKNOWN_EVENT',
  401: 'UNAUTHENTICATED INVALID_CREDENTIALS',
  403: 'FORBIDDEN NOT_A_MEMBER BANNED MUTED ORIGIN_REFUSED',
  404: 'ROOM_NOT_FOUND MESSAGE_NOT_FOUND USER_NOT_FOUND MEDIA_NOT_FOUND INVITE_NOT_FOUND SESSION_NOT_FOUND NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'USERNAME_TAKEN ROOM_NAME_TAKEN LAST_OWNER MESSAGE_DELETED MEDIA_NOT_ATTACHABLE ROOM_ARCHIVED DIRECT_FIXED MEDIA_IN_USE',
  413: 'TOO_LARGE',
  415: 'MEDIA_TYPE_REFUSED',
  416: 'RANGE_NOT_SATISFIABLE',
  422: 'MEDIA_UNREADABLE',
  429: 'RATE_LIMITED',
  503: 'BUSY UNCONFIRMED UNAVAILABLE',
};

describe('the error catalogue', () => {
  it('has the public codes with their statuses, and no other', () => {
    const expected = Object.entries(PUBLIC).flatMap(([status, codes]) => codes.split(' ').map((code) => `${status} ${code}`));
    expect(ERROR_CODES.map((code) => `${ERRORS[code].status} ${code}`).sort()).toEqual(expected.sort());
  });

  it('lets RATE_LIMITED and the 503 codes be repeated, and nothing else', () => {
    const repeatable = ERROR_CODES.filter((code) => ERRORS[code].retryable);
    expect([...repeatable].sort()).toEqual(['BUSY', 'RATE_LIMITED', 'UNAVAILABLE', 'UNCONFIRMED']);
  });

  it.each(ERROR_CODES)('%s has a sentence for people', (code) => {
    expect(ERRORS[code].message).toMatch(/^[A-Z].*[.]$/);
  });
});

describe('ParleyError', () => {
  it('takes what is not said from the catalogue and keeps its cause', () => {
    const cause = new Error('no connection');
    const error = new ParleyError('UNAVAILABLE', { cause });
    expect(error).toMatchObject({ code: 'UNAVAILABLE', status: 503, isRetryable: true, message: ERRORS.UNAVAILABLE.message, cause });
    expect(new ParleyError('FORBIDDEN')).not.toHaveProperty('cause');
  });
});

describe('validationError', () => {
  it('names every fault with its path, and the first one in the sentence', () => {
    const schema = z.strictObject({ rooms: z.array(z.strictObject({ seq: z.number() })), name: z.string() });
    const { error } = schema.safeParse({ rooms: [{ seq: 1 }, { seq: 'x' }], name: 1 });
    const result = validationError(error?.issues ?? []);
    expect(result.code).toBe('VALIDATION_FAILED');
    expect(result.errors?.map(({ path }) => path)).toEqual(['rooms.1.seq', 'name']);
    expect(result.message).toMatch(/^rooms[.]1[.]seq: /);
  });

  it('reads the path segments of other Standard Schema libraries', () => {
    const result = validationError([{ message: 'is wrong', path: [{ key: 'a' }, 0, 'b'] }]);
    expect(result.errors).toEqual([{ path: 'a.0.b', message: 'is wrong' }]);
  });

  it('says something without a path and without issues', () => {
    expect(validationError([{ message: 'is no object' }]).message).toBe('is no object');
    expect(validationError([]).message).toBe(ERRORS.VALIDATION_FAILED.message);
  });
});
