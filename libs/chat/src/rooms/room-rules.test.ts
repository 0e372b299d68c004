import type { ErrorCode, RoomRole } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import type { RoomFacts } from './room-access.js';
import {
  assertAllowed,
  mayMentionEveryone,
  messageRefusalOf,
  powerOf,
  refusalOf,
  slowModeOf,
  type RoomAction,
  type RoomTarget,
} from './room-rules.js';

const factsOf = (over: Partial<RoomFacts>): RoomFacts => ({
  roomId: 'room',
  kind: 'room',
  visibility: 'public',
  isArchived: false,
  slowModeSeconds: 0,
  role: null,
  isBanned: false,
  isMuted: false,
  isForEveryone: false,
  isAdministrator: false,
  memberCount: 2,
  memberRev: 2,
  ...over,
});

const CODES = {
  '+': undefined,
  '4': 'ROOM_NOT_FOUND',
  M: 'NOT_A_MEMBER',
  F: 'FORBIDDEN',
  A: 'ROOM_ARCHIVED',
  D: 'DIRECT_FIXED',
  B: 'BANNED',
  S: 'MUTED',
} as const satisfies Record<string, ErrorCode | undefined>;

const PEOPLE: readonly { who: string; facts: Partial<RoomFacts> }[] = [
  { who: 'stranger', facts: {} },
  { who: 'member', facts: { role: 'member' } },
  { who: 'moderator', facts: { role: 'moderator' } },
  { who: 'owner', facts: { role: 'owner' } },
  { who: 'administrator', facts: { isAdministrator: true } },
  { who: 'administrator who is a member', facts: { isAdministrator: true, role: 'member' } },
  { who: 'banned person', facts: { isBanned: true } },
  { who: 'muted member', facts: { role: 'member', isMuted: true } },
];

/** One letter for each of `PEOPLE`: what they are answered. Columns: public, private, archived public, private chat, the room for everyone. */
const TABLE: Record<RoomAction, readonly [open: string, closed: string, archived: string, direct: string, everyones: string]> = {
  read: ['++++++B+', '4+++4+B+', '++++++B+', '4+++4+B+', '++++++B+'],
  send: ['M+++M+BS', '4+++4+BS', 'MAAAMABA', '4+++4+BS', 'M+++M+BS'],
  edit: ['M+++M+BS', '4+++4+BS', 'MAAAMABA', '4+++4+BS', 'M+++M+BS'],
  delete: ['M+++++B+', '4+++4+B+', 'MAAAAABA', '4+++4+B+', 'M+++++B+'],
  react: ['M+++M+BS', '4+++4+BS', 'MAAAMABA', '4+++4+BS', 'M+++M+BS'],
  'mark-read': ['M+++M+B+', '4+++4+B+', 'M+++M+B+', '4+++4+B+', 'M+++M+B+'],
  'list-unread': ['M+++M+B+', '4+++4+B+', 'M+++M+B+', '4+++4+B+', 'M+++M+B+'],
  'set-notifications': ['M+++M+B+', '4+++4+B+', 'M+++M+B+', '4+++4+B+', 'M+++M+B+'],
  'set-favourite': ['M+++M+B+', '4+++4+B+', 'M+++M+B+', '4+++4+B+', 'M+++M+B+'],
  draft: ['M+++M+B+', '4+++4+B+', 'M+++M+B+', '4+++4+B+', 'M+++M+B+'],
  join: ['++++++B+', '4+++4+B+', 'A+++A+B+', '4DDD4DBD', '++++++B+'],
  'join-invited': ['++++++B+', '++++++B+', 'A+++A+B+', 'DDDDDDBD', '++++++B+'],
  leave: ['++++++B+', '4+++4+B+', '++++++B+', '4DDD4DBD', '++++++B+'],
  'change-settings': ['MF++++BF', '4F++4+BF', 'MFAAAABF', '4DDD4DBD', 'MF++++BF'],
  'change-visibility': ['MFF+++BF', '4FF+4+BF', 'MFFAAABF', '4DDD4DBD', 'MFFFFFBF'],
  archive: ['MFF+++BF', '4FF+4+BF', 'MFF+++BF', '4DDD4DBD', 'MFFFFFBF'],
  'change-role': ['MFF+++BF', '4FF+4+BF', 'MFFAAABF', '4DDD4DBD', 'MFF+++BF'],
  remove: ['MF++++BF', '4F++4+BF', 'MFAAAABF', '4DDD4DBD', 'MF++++BF'],
  mute: ['MF++++BF', '4F++4+BF', 'MFAAAABF', '4DDD4DBD', 'MF++++BF'],
  ban: ['MF++++BF', '4F++4+BF', 'MFAAAABF', '4DDD4DBD', 'MF++++BF'],
  unban: ['MF++++BF', '4F++4+BF', 'MFAAAABF', '4DDD4DBD', 'MF++++BF'],
  'list-bans': ['MF++++BF', '4F++4+BF', 'MF++++BF', '4DDD4DBD', 'MF++++BF'],
  invite: ['MF++++BF', '4F++4+BF', 'MFAAAABF', '4DDD4DBD', 'MF++++BF'],
  'list-invites': ['MF++++BF', '4F++4+BF', 'MF++++BF', '4DDD4DBD', 'MF++++BF'],
};
const ROOMS: readonly { room: string; facts: Partial<RoomFacts> }[] = [
  { room: 'a public room', facts: {} },
  { room: 'a private room', facts: { visibility: 'private' } },
  { room: 'an archived room', facts: { isArchived: true } },
  { room: 'a private chat', facts: { kind: 'direct', visibility: 'private' } },
  { room: 'the room for everyone', facts: { isForEveryone: true } },
];

const rows = (Object.keys(TABLE) as RoomAction[]).flatMap((action) =>
  ROOMS.flatMap(({ room, facts }, column) =>
    PEOPLE.map(({ who, facts: standing }, index) => ({
      action,
      who,
      room,
      facts: factsOf({ ...facts, ...standing }),
      expected: CODES[TABLE[action][column]![index] as keyof typeof CODES],
    })),
  ),
);

describe('refusalOf', () => {
  it.each(rows)('$action by a $who in $room: $expected', ({ action, facts, expected }) => {
    expect(refusalOf(action, facts)).toBe(expected);
  });

  it.each(Object.keys(TABLE) as RoomAction[])('%s: a private room of others is like no room', (action) => {
    expect(refusalOf(action, undefined)).toBe('ROOM_NOT_FOUND');
    if (action !== 'join-invited') expect(refusalOf(action, factsOf({ visibility: 'private' }))).toBe('ROOM_NOT_FOUND');
  });

  const target = (role: RoomRole | null, leavesNoOwner = false): RoomTarget => ({ role, leavesNoOwner });
  const by = (role: RoomRole | 'administrator') => factsOf(role === 'administrator' ? { isAdministrator: true } : { role });

  it.each([
    ['moderator', 'remove', target('member'), undefined],
    ['moderator', 'remove', target('moderator'), undefined],
    ['moderator', 'remove', target('owner'), 'FORBIDDEN'],
    ['moderator', 'remove', target(null), 'USER_NOT_FOUND'],
    ['owner', 'remove', target('owner'), undefined],
    ['owner', 'remove', target('owner', true), 'LAST_OWNER'],
    ['administrator', 'remove', target('owner'), undefined],
    ['administrator', 'remove', target('owner', true), 'LAST_OWNER'],
    ['member', 'remove', target('member'), 'FORBIDDEN'],
    ['moderator', 'mute', target('moderator'), undefined],
    ['moderator', 'mute', target('owner'), 'FORBIDDEN'],
    ['moderator', 'mute', target(null), 'USER_NOT_FOUND'],
    ['owner', 'mute', target('owner'), undefined],
    ['moderator', 'ban', target('owner'), 'FORBIDDEN'],
    ['moderator', 'ban', target(null), undefined],
    ['owner', 'ban', target('owner', true), 'LAST_OWNER'],
    ['owner', 'change-role', target('owner', true), 'LAST_OWNER'],
    ['owner', 'change-role', target('member'), undefined],
    ['owner', 'change-role', target(null), 'USER_NOT_FOUND'],
    ['moderator', 'change-role', target('member'), 'FORBIDDEN'],
    ['owner', 'leave', target('owner', true), 'LAST_OWNER'],
    ['owner', 'leave', target('owner'), undefined],
  ] as const)('%s, %s %o: %s', (who, action, whom, expected) => {
    expect(refusalOf(action, by(who), whom)).toBe(expected);
  });
});

describe('messageRefusalOf', () => {
  const message = { senderId: 'alice', deletedAt: null };
  const deleted = { ...message, deletedAt: '2026-01-01T00:00:00.000Z' };
  const ofSystem = { ...message, senderId: null };
  const actor = (userId: string, role: RoomRole | null = 'member') => ({ userId, role });

  it.each([
    ['edit', actor('alice'), message, undefined],
    ['edit', actor('bob'), message, 'FORBIDDEN'],
    ['edit', actor('bob', 'owner'), message, 'FORBIDDEN'],
    ['edit', actor('alice'), deleted, 'MESSAGE_DELETED'],
    ['edit', actor('bob'), ofSystem, 'FORBIDDEN'],
    ['delete', actor('alice'), message, undefined],
    ['delete', actor('bob'), message, 'FORBIDDEN'],
    ['delete', actor('bob', 'moderator'), message, undefined],
    ['delete', actor('bob', 'owner'), message, undefined],
    ['delete', actor('alice'), deleted, undefined],
    ['delete', actor('bob'), deleted, 'FORBIDDEN'],
    ['delete', actor('bob'), ofSystem, 'FORBIDDEN'],
    ['react', actor('bob'), message, undefined],
    ['react', actor('bob'), ofSystem, undefined],
    ['react', actor('alice'), deleted, 'MESSAGE_DELETED'],
    ['edit', actor('alice'), undefined, 'MESSAGE_NOT_FOUND'],
    ['delete', actor('alice', 'owner'), undefined, 'MESSAGE_NOT_FOUND'],
    ['react', actor('alice'), undefined, 'MESSAGE_NOT_FOUND'],
  ] as const)('%s by %o of %o: %s', (action, who, what, expected) => {
    expect(messageRefusalOf(action, who, what)).toBe(expected);
  });

  it('lets those mention everyone who keep order', () => {
    expect([null, 'member', 'moderator', 'owner'].map((role) => mayMentionEveryone(role as RoomRole | null))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(powerOf(factsOf({ role: 'member', isAdministrator: true }))).toBe('owner');
    expect(powerOf(factsOf({ role: 'member', isAdministrator: true, kind: 'direct' }))).toBe('member');
  });
});

describe('slowModeOf', () => {
  it('spares those who keep order', () => {
    const slow = (over: Partial<RoomFacts>) => slowModeOf(factsOf({ slowModeSeconds: 30, ...over }));
    expect([slow({ role: 'member' }), slow({ role: 'moderator' }), slow({ role: 'owner' })]).toEqual([30, 0, 0]);
    expect(slow({ role: 'member', isAdministrator: true })).toBe(30);
  });
});

describe('assertAllowed', () => {
  it('throws the coded refusal, and hands back the facts otherwise', () => {
    const member = factsOf({ role: 'member' });
    expect(assertAllowed('send', member)).toBe(member);
    expect(() => assertAllowed('send', factsOf({}))).toThrow(expect.objectContaining({ code: 'NOT_A_MEMBER' }));
    expect(() => assertAllowed('read', undefined)).toThrow(expect.objectContaining({ code: 'ROOM_NOT_FOUND' }));
  });
});
