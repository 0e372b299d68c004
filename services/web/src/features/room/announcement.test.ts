import { BOB, ME, messageOf } from '@parley/client/testing';
import { beforeAll, expect, it } from 'vitest';
import { speak } from '../../texts/texts.js';
import { announcementOf } from './announcement.js';

beforeAll(() => speak('en', ['en']));

const forMe = { userIds: [ME], everyone: false };

it('says one message, and of many how many there are and how many are for the reader', () => {
  const one = messageOf(1, { text: 'hello there' });
  expect(announcementOf([], ME)).toBe('');
  expect(announcementOf([one], ME)).toBe(`${one.sender!.displayName}: hello there`);
  expect(announcementOf([one, messageOf(2)], ME)).toBe('2 new messages');
  expect(announcementOf([one, messageOf(2, { mentions: forMe }), messageOf(3, { mentions: { userIds: [BOB], everyone: true } })], ME)).toBe(
    '3 new messages, 2 mention you',
  );
});
