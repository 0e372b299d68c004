import { describe } from 'vitest';
import { eventLogContract } from '../src/event-log/event-log.contract.js';
import { postgresWorld } from './postgres-world.js';

describe('PostgresEventLog', () => {
  eventLogContract(postgresWorld);
});
