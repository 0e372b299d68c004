import type { User } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { textOf } from './announcement-text.js';
import { announcementOfMember, announcementsOfChange } from './announcements.js';

describe('what a room says', () => {
  it('of people who come and go', () => {
    const ada = { id: 'ada', displayName: 'Ada' } as User;
    const said = (['joined', 'left', 'removed', 'banned'] as const).map((change) => announcementOfMember(change, ada));
    expect(said.map(textOf)).toEqual(['Ada joined.', 'Ada left.', 'Ada was removed.', 'Ada was removed.']);
    expect(said[0]).toEqual({ what: 'joined', userId: 'ada', name: 'Ada' });
  });

  it('of each thing that changes, and nothing of the others', () => {
    const change = { name: 'Studio', topic: '', visibility: 'private', slowModeSeconds: 1, archivedAt: new Date() } as const;
    expect(announcementsOfChange(change).map(textOf)).toEqual([
      'The room is now called “Studio”.',
      'The topic was removed.',
      'The room is private now.',
      'Slow mode is on: one message every second.',
      'The room was archived.',
    ]);
    expect(announcementsOfChange({ topic: 'Tools', slowModeSeconds: 0 }).map(textOf)).toEqual([
      'The topic is now “Tools”.',
      'Slow mode is off.',
    ]);
    expect(announcementsOfChange({})).toEqual([]);
  });
});
