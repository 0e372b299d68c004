import { Logger } from '@nestjs/common';
import { describe, expect, inject, it } from 'vitest';
import { deadLettersContract } from '../src/event-log/dead-letters.contract.js';
import { KafkaDeadLetters } from '../src/event-log/kafka/kafka-dead-letters.js';
import { givenBrokers, kafkaWorld, type KafkaWorld } from './kafka-world.js';

Logger.overrideLogger(false);

describe.skipIf(inject('stackMissing').kafka)('KafkaDeadLetters', () => {
  deadLettersContract(
    () => kafkaWorld(),
    (world) => KafkaDeadLetters.open({ brokers: givenBrokers() }, { prefix: (world as KafkaWorld).prefix }),
  );

  it('says where there is no broker', async () => {
    await expect(KafkaDeadLetters.open({ brokers: ['127.0.0.1:1'] })).rejects.toThrow(/Kafka at 127.0.0.1:1 cannot be reached/);
  });
});
