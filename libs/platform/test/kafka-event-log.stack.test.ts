import { Logger } from '@nestjs/common';
import { describe, inject } from 'vitest';
import { eventLogContract } from '../src/event-log/event-log.contract.js';
import { kafkaWorld } from './kafka-world.js';

Logger.overrideLogger(false);

describe.skipIf(inject('stackMissing').kafka)('KafkaEventLog', () => {
  eventLogContract(() => kafkaWorld());
});
