import { describe, expect, it } from 'vitest';
import { changeTexts, membershipText } from './announcement-text.js';

describe('what a room says', () => {
  it('of people who come and go', () => {
    expect((['joined', 'left', 'removed', 'banned'] as const).map((change) => membershipText(change, 'Ada'))).toEqual([
      'Ada joined.',
      'Ada left.',
      'Ada was removed.',
      'Ada was removed.',
    ]);
  });

  it('of each thing that changes, and nothing of the others', () => {
    expect(changeTexts({ name: 'Studio', topic: '', visibility: 'private', slowModeSeconds: 1, archivedAt: new Date() })).toEqual([
      'The room is now called “Studio”.',
      'The topic was removed.',
      'The room is private now.',
      'Slow mode is on: one message every second.',
      'The room was archived.',
    ]);
    expect(changeTexts({ topic: 'Tools', slowModeSeconds: 0 })).toEqual(['The topic is now “Tools”.', 'Slow mode is off.']);
    expect(changeTexts({})).toEqual([]);
  });
});
