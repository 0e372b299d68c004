import type { DistributedPlatformOptions } from '../platform-options.js';
import type { EngineCheck } from './engine-check.js';
import { kafkaCheck } from './kafka-check.js';
import { redisCheck } from './redis-check.js';
import { s3Check } from './s3-check.js';

/** Apart from the rest, so that only processes of the distributed mode load the clients. */
export const distributedChecks = ({ kafkaBrokers, kafkaTopics, redisUrl, s3 }: DistributedPlatformOptions): EngineCheck[] => [
  kafkaCheck(kafkaBrokers, kafkaTopics),
  redisCheck(redisUrl),
  ...(s3 ? [s3Check(s3)] : []),
];
