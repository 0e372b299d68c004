// `npm run topics`: makes the topics that Parley needs on the brokers of PARLEY_KAFKA_BROKERS, and checks those that are there.
// May run as often as one likes. A topic with another number of partitions is an error and stays as it is.

import { ensureTopics } from '@parley/platform/kafka';

const brokers = (process.env['PARLEY_KAFKA_BROKERS'] ?? '').split(',').filter((broker) => broker !== '');
if (brokers.length === 0) {
  console.error('topics: PARLEY_KAFKA_BROKERS is missing: addresses like kafka-1:9092,kafka-2:9092');
  process.exit(1);
}
try {
  const { created, differences } = await ensureTopics({ brokers });
  for (const topic of created) console.log(`topics: ${topic} was created`);
  for (const difference of differences) console.warn(`topics: ${difference}`);
  console.log('topics: all are there');
} catch (error) {
  console.error(`topics: ${(error as Error).message}`);
  process.exitCode = 1;
}
