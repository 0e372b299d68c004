import { THRESHOLDS_CROSSED, runK6, type K6Run } from './run-k6.ts';

/** Each person writes once in so many seconds. */
const SECONDS_PER_MESSAGE = 20;
/** So many come in a second: what is measured is how many can be there, not how fast they come. */
const JOINING_PER_SECOND = 50;
/** The search ends when the answer is known to a tenth. */
const PRECISION = 1.1;

interface Search extends Omit<K6Run, 'scenario'> {
  readonly from: number;
  readonly most: number;
  readonly print: (line: string) => void;
}

/** The most people for whom the scenario `capacity` holds its limits; 0 when not even the first number does. */
export async function searchCapacity({ from, most, print, ...run }: Search): Promise<number> {
  const holds = async (people: number) => {
    print(`capacity: ${people} people …`);
    const settings = {
      ...run.settings,
      PARLEY_COUNT: String(people),
      PARLEY_RATE: String(people / SECONDS_PER_MESSAGE),
      PARLEY_JOIN_SECONDS: String(Math.ceil(people / JOINING_PER_SECOND)),
    };
    const code = await runK6({ ...run, settings, scenario: 'capacity' });
    if (code !== 0 && code !== THRESHOLDS_CROSSED) throw new Error(`k6 ended with ${code}`);
    print(`capacity: ${people} people: ${code === 0 ? 'within the limits' : 'too many'}`);
    return code === 0;
  };
  return narrow({ from, most, holds });
}

/** Doubles until it does not hold, then halves what is between. */
export async function narrow({
  from,
  most,
  holds,
}: {
  readonly from: number;
  readonly most: number;
  readonly holds: (people: number) => Promise<boolean>;
}): Promise<number> {
  let good = 0;
  let bad = Infinity;
  for (let next = Math.min(from, most); ;) {
    if (await holds(next)) good = next;
    else bad = next;
    if (good >= most || bad <= 1) return good;
    if (bad === Infinity) next = Math.min(most, good * 2);
    else if (good === 0) next = Math.floor(bad / 2);
    else next = Math.floor((good + bad) / 2);
    if (bad <= Math.max(good * PRECISION, good + 1)) return good;
  }
}
