import { afterAll } from 'vitest';

/** Of gateways, in installations for suites: what they lost is sooner noticed than in production, so that nobody waits for it. */
export const HEAD_CHECK_MS = '800';

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

/** An installation whose storage can be looked into while it runs. */
export interface OpenWorld extends World {
  /** Of the database with everything in it. */
  databaseUrl(): string;
}

/** One installation for several suites, which must not mind that others have used it. It ends with the block that it is called in. */
export function sharedPlace(start: () => Promise<OpenWorld>): () => Promise<OpenWorld> {
  let place: Promise<OpenWorld> | undefined;
  afterAll(async () => (await place)?.[Symbol.asyncDispose]());
  return async () => {
    const world = await (place ??= start());
    return {
      url: world.url,
      stop: () => world.stop(),
      start: () => world.start(),
      databaseUrl: () => world.databaseUrl(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  };
}
