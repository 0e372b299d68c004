import { describe } from 'vitest';
import { botOfTheDocs } from './suites/bots.suite.js';
import { contractOfAccounts } from './suites/contract-accounts.suite.js';
import { contractOfCommands } from './suites/contract-commands.suite.js';
import { contractOfEvents } from './suites/contract-events.suite.js';
import { contractOfMessages } from './suites/contract-messages.suite.js';
import { contractOfRooms } from './suites/contract-rooms.suite.js';
import { liveChat } from './suites/live-chat.suite.js';
import { permissions } from './suites/permissions.suite.js';
import { roomsOverHttp } from './suites/rooms.suite.js';
import { searching } from './suites/search.suite.js';
import { sharedPlace } from './suites/world.js';
import { startProduct } from './support/product.js';

const start = () => startProduct({ env: { PARLEY_LIMITS_FACTOR: '20', PARLEY_LOG_LEVEL: 'warn' } });

describe('embedded mode', () => {
  liveChat(start);
  const place = sharedPlace(start);
  permissions(place); // first: it needs the first account
  roomsOverHttp(place);
  contractOfAccounts(place);
  contractOfRooms(place);
  contractOfMessages(place);
  contractOfCommands(place);
  contractOfEvents(place);
  botOfTheDocs(place);
  searching(place);
});
