import { isDeepStrictEqual } from 'node:util';

/** Numbers under different loads say nothing about each other, so there is no way to put them into one table. */
export function assertComparable(loads: readonly object[]): void {
  const other = loads.find((load) => !isDeepStrictEqual(load, loads[0]));
  if (other) throw new Error(`not comparable: ${JSON.stringify(loads[0])} and ${JSON.stringify(other)}`);
}
