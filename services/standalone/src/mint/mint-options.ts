import { parseArgs } from 'node:util';
import { OperatorError } from '../installation/operator-error.js';

export interface MintOptions {
  readonly people: number;
  readonly rooms: number;
  readonly roomsEach: number;
  /** First part of the names of people and rooms; another prefix, other people. */
  readonly prefix: string;
  readonly out: string;
}

const PEOPLE_MAX = 200_000;
/** What a room holds with the defaults. */
const PEOPLE_PER_ROOM = 50;
const ROOMS_EACH = 3;
const PREFIX = /^[a-z][a-z0-9]{0,11}$/;

export const USAGE = `npm run mint -- --people N [options]

Makes people, rooms and access tokens for load tests, and writes them to a file that the k6 scenarios read.
Run it again for new tokens, which hold for an hour: people and rooms stay. Never do it to an installation with real people.
Stop an embedded Parley before.

  --people N       how many people (at most ${PEOPLE_MAX})
  --rooms N        how many rooms they share, beside the one with everybody (so many that each has ${PEOPLE_PER_ROOM})
  --rooms-each N   in how many of them everybody is (${ROOMS_EACH})
  --prefix NAME    how the names of people and rooms begin (load)
  --out FILE       where to (people.json)

It goes where the same variables would start Parley: PARLEY_DATA_DIR, or PARLEY_MODE with PARLEY_DATABASE_URL and so on.
`;

/** undefined when only help was asked for. Throws an OperatorError that says what is wrong. */
export function parseMintOptions(args: readonly string[]): MintOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  if (values.people === undefined) throw new OperatorError(`--people is missing\n\n${USAGE}`);
  const people = count('--people', values.people, 1, PEOPLE_MAX);
  const rooms = values.rooms === undefined ? Math.ceil((people * ROOMS_EACH) / PEOPLE_PER_ROOM) : count('--rooms', values.rooms, 1, people);
  const roomsEach =
    values['rooms-each'] === undefined ? Math.min(ROOMS_EACH, rooms) : count('--rooms-each', values['rooms-each'], 1, rooms);
  if (!PREFIX.test(values.prefix)) throw new OperatorError('--prefix: 1 to 12 lower-case letters and digits, a letter first');
  return { people, rooms, roomsEach, prefix: values.prefix, out: values.out };
}

function count(option: string, value: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
  if (!(number >= least && number <= most)) throw new OperatorError(`${option} ${value}: must be from ${least} to ${most}`);
  return number;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', default: false },
        people: { type: 'string' },
        rooms: { type: 'string' },
        'rooms-each': { type: 'string' },
        prefix: { type: 'string', default: 'load' },
        out: { type: 'string', default: 'people.json' },
      },
    }).values;
  } catch (error) {
    throw new OperatorError(`${(error as Error).message}\n\n${USAGE}`);
  }
}
