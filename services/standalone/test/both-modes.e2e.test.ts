import { describe } from 'vitest';
import { botOfTheDocs } from './suites/bots.suite.js';
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
import { HEAD_CHECK_MS, sharedPlace } from './suites/world.js';
import { startProduct } from './support/product.js';

const start = () =>
  startProduct({ env: { PARLEY_LIMITS_FACTOR: '20', PARLEY_LOG_LEVEL: 'warn', PARLEY_GATEWAY_HEAD_CHECK_MS: HEAD_CHECK_MS } });

describe('embedded mode', () => {
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
  botOfTheDocs(place);
  searching(place);
  for (const seed of [seed0, seed1, seed2, seed3, seed4]) seed(place);
  liveChat(place); // last: it stops everything
});
