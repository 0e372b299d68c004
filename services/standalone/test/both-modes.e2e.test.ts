import { describe } from 'vitest';
import { liveChat } from './suites/live-chat.suite.js';
import { roomsOverHttp } from './suites/rooms.suite.js';
import { startProduct } from './support/product.js';

const start = () => startProduct({ env: { PARLEY_LIMITS_FACTOR: '20', PARLEY_LOG_LEVEL: 'warn' } });

describe('embedded mode', () => {
  liveChat(start);
  roomsOverHttp(start);
});
