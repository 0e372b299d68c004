import { ensureTopics } from '@parley/platform/kafka';
import { inject } from 'vitest';

/** Where the engines are that this worker has for itself, as the services' variables have them. */
export const stack: Readonly<Record<string, string | undefined>> = inject('stackEnvs')[Number(process.env['VITEST_POOL_ID']) - 1] ?? {};

/** False when Kafka or Redis could not be had; the set-up of the tests has said why. */
export const areEnginesThere = ['PARLEY_KAFKA_BROKERS', 'PARLEY_REDIS_URL'].every((name) => stack[name] !== undefined);
export const isStackThere = areEnginesThere && stack['PARLEY_S3_ENDPOINT'] !== undefined;

/** What processes are told to run on Kafka, with all its topics, and on Redis. */
export async function engines(): Promise<{ readonly PARLEY_KAFKA_BROKERS: string; readonly PARLEY_REDIS_URL: string }> {
  const brokers = stack['PARLEY_KAFKA_BROKERS']!;
  await ensureTopics({ brokers: brokers.split(',') });
  return { PARLEY_KAFKA_BROKERS: brokers, PARLEY_REDIS_URL: stack['PARLEY_REDIS_URL']! };
}

/** What media processes are told besides, to keep files in the S3 store. */
export const objectStore: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(stack).flatMap(([name, value]) => (name.startsWith('PARLEY_S3_') && value !== undefined ? [[name, value]] : [])),
);
