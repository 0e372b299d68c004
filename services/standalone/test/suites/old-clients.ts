import { afterAll, beforeAll } from 'vitest';
import { OldClient } from '../support/old-client.js';
import type { Place } from './world.js';

/** Old clients of one installation, for the block that this is called in: they and it end with that. */
export function oldClients(start: () => Promise<Place>): { readonly url: string; newClient(): OldClient } {
  let place: Place;
  const clients: OldClient[] = [];
  beforeAll(async () => {
    place = await start();
  });
  afterAll(async () => {
    for (const client of clients) client[Symbol.dispose]();
    await place?.[Symbol.asyncDispose]();
  });
  return {
    get url() {
      return place.url;
    },
    newClient: () => {
      const client = new OldClient(place.url);
      clients.push(client);
      return client;
    },
  };
}
