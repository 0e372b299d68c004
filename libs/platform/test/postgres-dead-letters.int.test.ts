import { Logger } from '@nestjs/common';
import { describe } from 'vitest';
import { deadLettersContract } from '../src/event-log/dead-letters.contract.js';
import { PostgresDeadLetters } from '../src/event-log/postgres/postgres-dead-letters.js';
import { postgresWorld, type PostgresWorld } from './postgres-world.js';

Logger.overrideLogger(false);

describe('PostgresDeadLetters', () => {
  deadLettersContract(
    () => postgresWorld(),
    (world) => PostgresDeadLetters.open((world as PostgresWorld).url),
  );
});
