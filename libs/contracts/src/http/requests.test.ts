import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.js';
import { LoginRequest, Password, RegisterRequest, UpdateProfileRequest, Username } from './accounts.js';
import { HistoryQuery, PostMessageQuery, PostMessageRequest, SendMessage } from './messages.js';
import { limit, ListQuery, SearchText } from './paging.js';
import { CreateRoomRequest, ListRoomsQuery, MarkReadRequest } from './rooms.js';

const ROOM = '0198c0de-0000-7000-8000-0000000000aa';
const accepts = (schema: { safeParse(input: unknown): { success: boolean } }, input: unknown) => schema.safeParse(input).success;

describe('limit', () => {
  it('is clamped above, defaults when absent', () => {
    const schema = limit(200, 50);
    expect(schema.parse(undefined)).toBe(50);
    expect(schema.parse('1')).toBe(1);
    expect(schema.parse('200')).toBe(200);
    expect(schema.parse('201')).toBe(200);
    expect(schema.parse('9999999999')).toBe(200);
  });

  it.each(['0', '-1', '1.5', '1e3', ' 1', '', '0x10', '١', 'ten', '99999999999', ['1', '2'], 5, null])('%j is refused', (value) => {
    expect(accepts(limit(200, 50), value)).toBe(false);
  });

  it('is always between 1 and the maximum, for any number in digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999_999_999 }), (number) => {
        expect(limit(200, 50).parse(String(number))).toBe(Math.min(number, 200));
      }),
    );
  });
});

describe('lists', () => {
  it('refuse unknown and repeated parameters', () => {
    expect(ListQuery.parse({})).toEqual({ limit: LIMITS.listDefault });
    expect(accepts(ListQuery, { page: '2' })).toBe(false);
    expect(accepts(ListQuery, { cursor: ['a', 'b'] })).toBe(false);
    expect(accepts(ListQuery, { cursor: 'x'.repeat(513) })).toBe(false);
    expect(ListRoomsQuery.parse({})).toEqual({ scope: 'all', limit: LIMITS.listDefault });
    expect(accepts(ListRoomsQuery, { scope: 'mine' })).toBe(false);
  });

  it('are searched by what Postgres can read', () => {
    expect(accepts(SearchText, 'a'.repeat(100))).toBe(true);
    for (const text of ['a'.repeat(101), 'a\u0000', '\ud83e']) expect(accepts(SearchText, text)).toBe(false);
  });
});

describe('user names', () => {
  it.each(['abc', 'A_b.c-9', 'x'.repeat(32), '...'])('%s is allowed', (name) => expect(Username.parse(name)).toBe(name));

  it.each(['ab', 'x'.repeat(33), 'a b', 'álice', 'alice\n', 'alice@home', '', 'a\u200bbc'])('%j is refused', (name) => {
    expect(accepts(Username, name)).toBe(false);
  });
});

describe('passwords', () => {
  it('have 8 to 256 code points of any kind', () => {
    expect(accepts(Password, 'a'.repeat(7))).toBe(false);
    expect(accepts(Password, 'a'.repeat(8))).toBe(true);
    expect(accepts(Password, '🦊'.repeat(7))).toBe(false);
    expect(accepts(Password, '🦊'.repeat(256))).toBe(true);
    expect(accepts(Password, '🦊'.repeat(257))).toBe(false);
    expect(accepts(Password, 'a'.repeat(257))).toBe(false);
    expect(accepts(Password, 'a'.repeat(1_000_000))).toBe(false);
  });

  it.each([undefined, '', ' ', '\t \n', ' '.repeat(12)])('%j asks for a generated one', (password) => {
    expect(RegisterRequest.parse({ username: 'alice', password }).password).toBeUndefined();
  });

  it('that are given are kept to the letter', () => {
    expect(RegisterRequest.parse({ username: 'alice', password: '  pass word ' }).password).toBe('  pass word ');
    expect(accepts(RegisterRequest, { username: 'alice', password: 'short' })).toBe(false);
    expect(accepts(RegisterRequest, { username: 'alice', password: null })).toBe(false);
  });

  it('are not judged at log-in, where a hint about the rules would tell something', () => {
    expect(accepts(LoginRequest, { username: 'x', password: 'y' })).toBe(true);
    expect(accepts(LoginRequest, { username: '', password: 'y' })).toBe(false);
    expect(accepts(LoginRequest, { username: 'x', password: 'y'.repeat(1025) })).toBe(false);
  });
});

describe('profiles', () => {
  it('change field by field', () => {
    expect(UpdateProfileRequest.parse({})).toEqual({});
    expect(UpdateProfileRequest.parse({ status: null, avatarMediaId: null })).toEqual({ status: null, avatarMediaId: null });
    expect(accepts(UpdateProfileRequest, { username: 'new' })).toBe(false);
    expect(accepts(UpdateProfileRequest, { displayName: null })).toBe(false);
    expect(accepts(UpdateProfileRequest, { bio: 'a'.repeat(LIMITS.bioMax + 1) })).toBe(false);
  });
});

describe('rooms', () => {
  it('are public unless said otherwise', () => {
    expect(CreateRoomRequest.parse({ name: ' Tea ' })).toEqual({ name: 'Tea', visibility: 'public' });
    expect(accepts(CreateRoomRequest, { name: 'Tea', visibility: 'secret' })).toBe(false);
    expect(accepts(CreateRoomRequest, { name: 'Tea', owner: 'me' })).toBe(false);
  });

  it('are read up to a position', () => {
    expect(accepts(MarkReadRequest, { seq: 0 })).toBe(true);
    expect(accepts(MarkReadRequest, { seq: -1 })).toBe(false);
    expect(accepts(MarkReadRequest, { seq: '1' })).toBe(false);
  });
});

describe('messages', () => {
  const media = (count: number) => Array.from({ length: count }, () => ROOM);

  it.each([
    [{ text: 'a' }, true],
    [{ text: ' \n ' }, false],
    [{ text: '' }, false],
    [{}, false],
    [{ attachments: [] }, false],
    [{ attachments: media(1) }, true],
    [{ text: '', attachments: media(10) }, true],
    [{ text: ' ', attachments: media(1) }, false],
    [{ attachments: media(11) }, false],
    [{ text: 'a', replyTo: null }, true],
    [{ text: 'a', replyTo: 'first' }, false],
    [{ text: 'a', clientMsgId: '' }, false],
    [{ text: 'a', sender: ROOM }, false],
    [{ text: 1 }, false],
  ])('%j: %s', (body, expected) => {
    expect(accepts(PostMessageRequest, body)).toBe(expected);
    expect(accepts(SendMessage, { roomId: ROOM, clientMsgId: 'c1', ...body })).toBe(expected);
  });

  it('over a socket need a room and a key', () => {
    expect(accepts(SendMessage, { roomId: ROOM, text: 'a' })).toBe(false);
    expect(accepts(SendMessage, { clientMsgId: 'c1', text: 'a' })).toBe(false);
  });

  it('wait for storage only if asked so', () => {
    expect(PostMessageQuery.parse({})).toEqual({});
    expect(accepts(PostMessageQuery, { wait: 'stored' })).toBe(true);
    expect(accepts(PostMessageQuery, { wait: 'true' })).toBe(false);
  });

  it('are paged from one position at the most', () => {
    expect(HistoryQuery.parse({})).toEqual({ limit: LIMITS.pageDefault });
    expect(HistoryQuery.parse({ before: '12', limit: '5000' })).toEqual({ before: 12, limit: LIMITS.pageMax });
    expect(HistoryQuery.parse({ after: '0' })).toEqual({ after: 0, limit: LIMITS.pageDefault });
    for (const query of [
      { before: '1', after: '2' },
      { around: '-1' },
      { after: '1.5' },
      { before: '9'.repeat(17) },
      { before: '9999999999999999' },
    ]) {
      expect(accepts(HistoryQuery, query), JSON.stringify(query)).toBe(false);
    }
  });
});
