import { Logger } from '@nestjs/common';
import { describe, inject } from 'vitest';
import { KafkaBacklog } from '../src/event-log/kafka/kafka-backlog.js';
import { logBacklogContract } from '../src/event-log/log-backlog.contract.js';
import { givenBrokers, kafkaWorld, type KafkaWorld } from './kafka-world.js';

Logger.overrideLogger(false);

describe.skipIf(inject('stackMissing').kafka)('KafkaBacklog', () => {
  logBacklogContract(
    () => kafkaWorld(),
    (world) => KafkaBacklog.open({ brokers: givenBrokers() }, { prefix: (world as KafkaWorld).prefix }),
  );
});
