import { OperatorError } from '../installation/operator-error.js';
import { parseMintOptions } from './mint-options.js';
import { describe, expect, it } from 'vitest';

describe('options of npm run mint', () => {
  it('gives a room to fifty, and everybody three of them', () => {
    expect(parseMintOptions(['--people', '1000'])).toEqual({ people: 1_000, rooms: 60, roomsEach: 3, prefix: 'load', out: 'people.json' });
    expect(parseMintOptions(['--people', '1'])).toMatchObject({ rooms: 1, roomsEach: 1 });
    expect(parseMintOptions(['--help'])).toBeUndefined();
  });

  it.each([
    [[], '--people is missing'],
    [['--people', '0'], '--people 0: must be from 1 to 200000'],
    [['--people', '1e3'], 'must be from'],
    [['--people', '10', '--rooms', '11'], '--rooms 11: must be from 1 to 10'],
    [['--people', '10', '--rooms', '2', '--rooms-each', '3'], '--rooms-each 3: must be from 1 to 2'],
    [['--people', '10', '--prefix', 'No Name'], '--prefix'],
    [['--pepole', '10'], '--pepole'],
  ])('says what is wrong with %j', (args, message) => {
    expect(() => parseMintOptions(args)).toThrow(OperatorError);
    expect(() => parseMintOptions(args)).toThrow(message);
  });
});
