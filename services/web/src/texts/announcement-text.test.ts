import type { Announcement } from '@parley/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { announcementText } from './announcement-text.js';
import { speak } from './texts.js';

const SAID: Announcement[] = [
  { what: 'joined', userId: 'ada', name: 'Ada' },
  { what: 'joined', userId: 'me', name: 'Me' },
  { what: 'left', userId: 'ada', name: 'Ada' },
  { what: 'removed', userId: 'ada', name: 'Ada' },
  { what: 'renamed', name: 'Studio' },
  { what: 'topic', topic: 'Tools' },
  { what: 'topic', topic: '' },
  { what: 'visibility', visibility: 'private' },
  { what: 'visibility', visibility: 'public' },
  { what: 'slow-mode', seconds: 1 },
  { what: 'slow-mode', seconds: 30 },
  { what: 'slow-mode', seconds: 0 },
  { what: 'archived' },
];
const spokenIn = async (language: 'en' | 'de') => {
  await speak(language);
  return SAID.map((said) => announcementText(said, 'me'));
};

describe('what a room says itself', () => {
  afterAll(() => speak('en'));

  it('is said in the language of the reader', async () => {
    expect(await spokenIn('en')).toEqual([
      'Ada joined.',
      'You joined.',
      'Ada left.',
      'Ada was removed.',
      'The room is now called “Studio”.',
      'The topic is now “Tools”.',
      'The topic was removed.',
      'The room is private now.',
      'The room is public now.',
      'Slow mode is on: one message every second.',
      'Slow mode is on: one message every 30 seconds.',
      'Slow mode is off.',
      'The room was archived.',
    ]);
    expect((await spokenIn('de')).slice(0, 6)).toEqual([
      'Ada ist beigetreten.',
      'Du bist beigetreten.',
      'Ada ist gegangen.',
      'Ada wurde entfernt.',
      'Der Raum heißt jetzt „Studio“.',
      'Das Thema ist jetzt „Tools“.',
    ]);
  });
});
