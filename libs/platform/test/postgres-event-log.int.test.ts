import { Logger } from '@nestjs/common';
import { describe } from 'vitest';
import { eventLogContract } from '../src/event-log/event-log.contract.js';
import { postgresWorld } from './postgres-world.js';

Logger.overrideLogger(false);

describe('PostgresEventLog', () => {
  eventLogContract(postgresWorld);
});
