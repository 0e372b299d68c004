import { afterAll } from 'vitest';

/** A running installation. */
export interface Place extends AsyncDisposable {
  readonly url: string;
}

/** An installation that a suite may use as it likes. */
export interface World extends Place {
  /** All of it, as an orchestrator does; rejects unless everything ends well. */
  stop(): Promise<unknown>;
  /** Again, where it was. */
  start(): Promise<unknown>;
}

/** One installation for several suites, which must not mind that others have used it. It ends with the block that it is called in. */
export function sharedPlace(start: () => Promise<Place>): () => Promise<Place> {
  let place: Promise<Place> | undefined;
  afterAll(async () => (await place)?.[Symbol.asyncDispose]());
  return async () => {
    const { url } = await (place ??= start());
    return { url, [Symbol.asyncDispose]: () => Promise.resolve() };
  };
}
