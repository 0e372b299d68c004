import { SharedArray } from 'k6/data';
import type { MintedPeople } from '../../../services/standalone/src/mint/run-mint.ts';

const number = (name: string, fallback: number): number => {
  const value = __ENV[name];
  if (value === undefined || value === '') return fallback;
  if (!(Number(value) >= 0)) throw new Error(`${name}=${value}: must be a number`);
  return Number(value);
};

/** What may be set from outside, in each scenario; its own numbers are the defaults. Seconds and messages per second. */
export const settings = {
  url: (__ENV.PARLEY_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, ''),
  people: (fallback: number) => Math.min(number('PARLEY_COUNT', fallback), people.length),
  peoplePerVu: number('PARLEY_PEOPLE_PER_VU', 25),
  joinSeconds: (fallback: number) => number('PARLEY_JOIN_SECONDS', fallback),
  seconds: (fallback: number) => number('PARLEY_SECONDS', fallback),
  /** How long stragglers are waited for in the end. */
  patienceSeconds: number('PARLEY_PATIENCE_SECONDS', 30),
  rate: (fallback: number) => number('PARLEY_RATE', fallback),
};

const file = __ENV.PARLEY_PEOPLE ?? '';
if (file === '') throw new Error('PARLEY_PEOPLE is missing: the file that `npm run mint` wrote');
// Once for all VUs: what is in a SharedArray is not copied.
const load = <K extends 'people' | 'rooms'>(key: K) =>
  new SharedArray(key, () => [...(JSON.parse(open(file)) as MintedPeople)[key]]) as unknown as MintedPeople[K];

export const people = load('people');
export const rooms = load('rooms');
export const lobby = new SharedArray('lobby', () => [(JSON.parse(open(file)) as MintedPeople).lobby])[0] as string;
