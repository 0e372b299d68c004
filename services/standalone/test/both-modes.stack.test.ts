import { describe, expect } from 'vitest';
import { contractOfAccounts } from './suites/contract-accounts.suite.js';
import { contractOfClassics } from './suites/contract-classic.suite.js';
import { contractOfCommands } from './suites/contract-commands.suite.js';
import { contractOfEvents } from './suites/contract-events.suite.js';
import { contractOfMedia } from './suites/contract-media.suite.js';
import { contractOfMessages } from './suites/contract-messages.suite.js';
import { contractOfRooms } from './suites/contract-rooms.suite.js';
import { liveChat } from './suites/live-chat.suite.js';
import { permissions } from './suites/permissions.suite.js';
import { roomsOverHttp } from './suites/rooms.suite.js';
import { searching } from './suites/search.suite.js';
import { seed0 } from './suites/seed-0.suite.js';
import { seed1 } from './suites/seed-1.suite.js';
import { seed2 } from './suites/seed-2.suite.js';
import { seed3 } from './suites/seed-3.suite.js';
import { seed4 } from './suites/seed-4.suite.js';
import { HEAD_CHECK_MS, sharedPlace, type OpenWorld } from './suites/world.js';
import { Constellation } from './support/constellation.js';
import { engines, isStackThere, objectStore } from './support/real-stack.js';

/** Two gateways and two messages processes: the edge takes turns, so the devices of one test are spread over both. */
async function start(): Promise<OpenWorld> {
  const counts = { auth: 1, rooms: 1, messages: 2, gateway: 2, media: 1, web: 1 };
  const constellation = await Constellation.start(counts, { ...(await engines()), PARLEY_LIMITS_FACTOR: '20' }, (name) =>
    name === 'media' ? objectStore : name === 'gateway' ? { PARLEY_GATEWAY_HEAD_CHECK_MS: HEAD_CHECK_MS } : {},
  );
  return {
    url: constellation.url,
    databaseUrl: () => constellation.env['PARLEY_DATABASE_URL']!,
    start: () => Promise.all(constellation.all.map((service) => constellation.restart(service))),
    stop: async () => {
      const codes = await Promise.all(constellation.all.map((service) => service.stop()));
      expect(codes.filter((code) => code !== 0)).toEqual([]);
    },
    [Symbol.asyncDispose]: () => constellation[Symbol.asyncDispose](),
  };
}

describe.skipIf(!isStackThere)('distributed mode', () => {
  const place = sharedPlace(start);
  permissions(place); // first: it needs the first account
  roomsOverHttp(place);
  contractOfAccounts(place);
  contractOfRooms(place);
  contractOfMessages(place);
  contractOfCommands(place);
  contractOfEvents(place);
  contractOfMedia(place);
  contractOfClassics(place);
  searching(place);
  for (const seed of [seed0, seed1, seed2, seed3, seed4]) seed(place);
  liveChat(place); // last: it stops everything
});
