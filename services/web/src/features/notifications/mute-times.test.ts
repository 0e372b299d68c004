import { beforeAll, describe, expect, it } from 'vitest';
import { speak } from '../../texts/texts.js';
import { FOR_EVER, muteChoices } from './mute-times.js';

beforeAll(() => speak('en'));

describe('muteChoices', () => {
  it('says how long, and until tomorrow morning by the clock of the device', () => {
    const choices = muteChoices(new Date(2026, 11, 31, 23, 30));
    expect(choices.map(({ label }) => label)).toEqual([
      'For 15 minutes',
      'For 1 hour',
      'For 8 hours',
      expect.stringMatching(/^Until tomorrow, .*8/),
      'Until I turn it back on',
    ]);
    expect(choices.map(({ until }) => until)).toEqual([
      new Date(2026, 11, 31, 23, 45).toISOString(),
      new Date(2027, 0, 1, 0, 30).toISOString(),
      new Date(2027, 0, 1, 7, 30).toISOString(),
      new Date(2027, 0, 1, 8).toISOString(),
      FOR_EVER,
    ]);
  });
});
