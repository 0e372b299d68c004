import type { Room } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { mayRemove, rightsIn } from './member-rights.js';

const room = (over: Partial<Room> = {}) => ({ role: null, kind: 'room', visibility: 'public', archivedAt: null, ...over }) as const;
const [somebody, administrator] = [{ roles: [] }, { roles: ['administrator' as const] }];

describe('rightsIn', () => {
  it.each([
    [room(), somebody, false, false],
    [room({ role: 'member' }), somebody, false, false],
    [room({ role: 'moderator' }), somebody, true, false],
    [room({ role: 'owner' }), somebody, true, true],
    [room({ role: 'owner', archivedAt: '2026-01-01T00:00:00.000Z' }), somebody, false, false],
    [room({ kind: 'direct', role: 'member' }), administrator, false, false],
    [room(), administrator, true, true],
    [room({ visibility: 'private' }), administrator, false, false],
    [room({ visibility: 'private', role: 'member' }), administrator, true, true],
  ])('%o for %o', (of, me, isModerating, isOwning) => {
    expect(rightsIn(of, me)).toEqual({ isModerating, isOwning });
  });

  it('keeps owners from moderators', () => {
    const moderator = rightsIn(room({ role: 'moderator' }), somebody);
    expect([mayRemove(moderator, 'member'), mayRemove(moderator, 'moderator'), mayRemove(moderator, 'owner')]).toEqual([true, true, false]);
    expect(mayRemove(rightsIn(room({ role: 'owner' }), somebody), 'owner')).toBe(true);
  });
});
