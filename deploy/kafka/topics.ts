// `npm run topics`: makes the topics that Parley needs on the brokers of PARLEY_KAFKA_BROKERS, and checks those that are there.
// May run as often as one likes. A topic with another number of partitions is an error and stays as it is.
// PARLEY_MESSAGE_PARTITIONS: partitions of the topics of messages (4), chosen when an installation is made and never changed.
// PARLEY_KAFKA_BROKERS_MIN: makes none while fewer brokers are there (1), because copies are dealt out when a topic is made.

import { ensureTopics } from '@parley/platform/kafka';

const brokers = (process.env['PARLEY_KAFKA_BROKERS'] ?? '').split(',').filter((broker) => broker !== '');
const partitions = Number(process.env['PARLEY_MESSAGE_PARTITIONS'] || 4);
const brokersMin = Number(process.env['PARLEY_KAFKA_BROKERS_MIN'] || 1);
const fault =
  brokers.length === 0
    ? 'PARLEY_KAFKA_BROKERS is missing: addresses like kafka-1:9092,kafka-2:9092'
    : !Number.isInteger(partitions) || partitions < 1
      ? 'PARLEY_MESSAGE_PARTITIONS must be a whole number, at least 1'
      : !Number.isInteger(brokersMin) || brokersMin < 1
        ? 'PARLEY_KAFKA_BROKERS_MIN must be a whole number, at least 1'
        : undefined;
if (fault !== undefined) {
  console.error(`topics: ${fault}`);
  process.exit(1);
}
try {
  const options = { brokersMin, partitions: { 'chat.messages': partitions, 'chat.stored': partitions } };
  const { created, differences } = await ensureTopics({ brokers }, options);
  for (const topic of created) console.log(`topics: ${topic} was created`);
  for (const difference of differences) console.warn(`topics: ${difference}`);
  console.log('topics: all are there');
} catch (error) {
  console.error(`topics: ${(error as Error).message}`);
  process.exitCode = 1;
}
