import type { Provider } from '@nestjs/common';
import { DATABASE_URL } from '@parley/db';
import { EventLog } from './event-log/event-log.js';
import { KafkaEventLog } from './event-log/kafka/kafka-event-log.js';
import { ObjectStore } from './object-store/object-store.js';
import { S3ObjectStore } from './object-store/s3-object-store.js';
import { Occupancy } from './occupancy/occupancy.js';
import { RedisOccupancy } from './occupancy/redis-occupancy.js';
import { OutboxRelays } from './outbox/outbox-relays.js';
import type { DistributedPlatformOptions } from './platform-options.js';
import { PostgresSession } from './postgres/postgres-session.js';
import { PresenceStore } from './presence/presence-store.js';
import { RedisPresenceStore } from './presence/redis-presence-store.js';
import { RateLimiter } from './rate-limiter/rate-limiter.js';
import { RedisRateLimiter } from './rate-limiter/redis-rate-limiter.js';
import { RedisConnection } from './redis/redis-connection.js';
import { RedisRoomFanout } from './room-fanout/redis-room-fanout.js';
import { RoomFanout } from './room-fanout/room-fanout.js';

/** Several processes: the log in Kafka, fan-out, presence and limits through Redis, files in an S3 store. */
export function distributedProviders(options: DistributedPlatformOptions): Provider[] {
  const { kafkaBrokers, kafkaTopics, redisUrl, databaseUrl, s3, limitsFactor, onFatal } = options;
  return [
    {
      provide: EventLog,
      useFactory: () =>
        KafkaEventLog.open({ connection: { brokers: kafkaBrokers }, onFatal, ...(kafkaTopics ? { topics: kafkaTopics } : {}) }),
    },
    { provide: RedisConnection, useFactory: () => new RedisConnection({ url: redisUrl }) },
    { provide: RoomFanout, inject: [RedisConnection], useFactory: (redis: RedisConnection) => new RedisRoomFanout(redis) },
    { provide: PresenceStore, inject: [RedisConnection], useFactory: (redis: RedisConnection) => new RedisPresenceStore(redis) },
    {
      provide: RateLimiter,
      inject: [RedisConnection],
      useFactory: (redis: RedisConnection) => new RedisRateLimiter(redis, { factor: limitsFactor }),
    },
    { provide: Occupancy, inject: [RedisConnection], useFactory: (redis: RedisConnection) => new RedisOccupancy(redis) },
    ...(databaseUrl === undefined ? [] : databaseProviders(databaseUrl)),
    ...(s3 === undefined ? [] : [{ provide: ObjectStore, useFactory: () => new S3ObjectStore(s3) }]),
  ];
}

/** For services that have a database: what starts there leaves through the outbox. */
function databaseProviders(url: string): Provider[] {
  return [
    { provide: DATABASE_URL, useValue: url },
    {
      provide: OutboxRelays,
      inject: [EventLog],
      useFactory: async (log: EventLog): Promise<OutboxRelays> => {
        const session = new PostgresSession({ url });
        await session.open();
        const relays = new OutboxRelays(session, log);
        await relays.open();
        return relays;
      },
    },
  ];
}
