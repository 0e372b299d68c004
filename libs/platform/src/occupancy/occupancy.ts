/**
 * Counts what is held at a moment, like the connections of an account, over all processes. A process that dies gives its places
 * back within 45 s; while the shared store is away, each process counts by itself. Never throws.
 */
export abstract class Occupancy {
  /** Takes a place under the key unless `limit` of them are taken, by whatever process. Answers whether it did. */
  abstract enter(key: string, limit: number): Promise<boolean>;
  /** Gives back a place that this process took. */
  abstract leave(key: string): void;
}
