import type { ErrorCode, RoomRole } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import type { RoomFacts } from './room-access.js';
import { assertAllowed, refusalOf, type RoomAction } from './room-rules.js';

const ROLES: readonly RoomRole[] = ['owner', 'moderator', 'member'];

const factsOf = (over: Partial<RoomFacts>): RoomFacts => ({
  roomId: 'room',
  kind: 'room',
  visibility: 'public',
  isArchived: false,
  slowModeSeconds: 0,
  role: null,
  isBanned: false,
  ...over,
});

type Row = Record<RoomAction, ErrorCode | 'yes'>;
const row = (read: Row['read'], send: Row['send'], markRead: Row['mark-read'], join: Row['join'], leave: Row['leave']): Row => ({
  read,
  send,
  'mark-read': markRead,
  join,
  leave,
});
const all = (code: ErrorCode): Row => row(code, code, code, code, code);

/** Every state that a person and a room can be in towards each other. */
const table: { state: string; facts: RoomFacts | undefined; expected: Row }[] = [
  { state: 'no such room', facts: undefined, expected: all('ROOM_NOT_FOUND') },
];
for (const kind of ['room', 'direct'] as const)
  for (const visibility of ['public', 'private'] as const)
    for (const isArchived of [false, true])
      for (const role of [null, ...ROLES]) {
        if (kind === 'direct' && visibility === 'public') continue; // there are none
        const state = `${isArchived ? 'archived ' : ''}${visibility} ${kind}, ${role ?? 'stranger'}`;
        const facts = factsOf({ kind, visibility, isArchived, role });
        table.push({ state, facts, expected: expectedOf(kind, visibility, isArchived, role !== null) });
        table.push({ state: `${state}, banned`, facts: { ...facts, isBanned: true }, expected: all('BANNED') });
      }

function expectedOf(kind: 'room' | 'direct', visibility: 'public' | 'private', isArchived: boolean, isMember: boolean): Row {
  if (visibility === 'private' && !isMember) return all('ROOM_NOT_FOUND');
  if (kind === 'direct') return row('yes', isArchived ? 'ROOM_ARCHIVED' : 'yes', 'yes', 'DIRECT_FIXED', 'DIRECT_FIXED');
  if (!isMember) return row('yes', 'NOT_A_MEMBER', 'NOT_A_MEMBER', isArchived ? 'ROOM_ARCHIVED' : 'yes', 'yes');
  return row('yes', isArchived ? 'ROOM_ARCHIVED' : 'yes', 'yes', 'yes', 'yes');
}

describe('refusalOf', () => {
  it.each(table)('$state', ({ facts, expected }) => {
    const actual = Object.fromEntries((Object.keys(expected) as RoomAction[]).map((action) => [action, refusalOf(action, facts) ?? 'yes']));
    expect(actual).toEqual(expected);
  });

  it('never tells a stranger whether a private room exists', () => {
    for (const action of ['read', 'send', 'mark-read', 'join', 'leave'] as const)
      expect(refusalOf(action, factsOf({ visibility: 'private' }))).toBe(refusalOf(action, undefined));
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
