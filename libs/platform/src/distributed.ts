import type { Provider } from '@nestjs/common';
import { LOG_EVENTS } from '@parley/contracts';
import { DATABASE_URL } from '@parley/db';
import type { Metrics } from '@parley/telemetry';
import { EventLog } from './event-log/event-log.js';
import { EventLogMetrics } from './event-log/event-log-metrics.js';
import { KafkaEventLog } from './event-log/kafka/kafka-event-log.js';
import { ObjectStore } from './object-store/object-store.js';
import { S3ObjectStore } from './object-store/s3-object-store.js';
import { Occupancy } from './occupancy/occupancy.js';
import { RedisOccupancy } from './occupancy/redis-occupancy.js';
import { OutboxRelays } from './outbox/outbox-relays.js';
import { METRICS, type DistributedPlatformOptions } from './platform-options.js';
import { PostgresSession } from './postgres/postgres-session.js';
import { PresenceStore } from './presence/presence-store.js';
import { RedisPresenceStore } from './presence/redis-presence-store.js';
import { counted } from './rate-limiter/counted-rate-limiter.js';
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
      inject: [METRICS],
      useFactory: (metrics?: Metrics) =>
        KafkaEventLog.open({
          connection: { brokers: kafkaBrokers },
          onFatal,
          ...(kafkaTopics ? { topics: kafkaTopics } : {}),
          metrics: metrics && new EventLogMetrics(metrics),
        }),
    },
    { provide: RedisConnection, useFactory: () => new RedisConnection({ url: redisUrl }) },
    {
      provide: RoomFanout,
      inject: [RedisConnection, METRICS],
      useFactory: (redis: RedisConnection, metrics?: Metrics) => new RedisRoomFanout(redis, { metrics }),
    },
    { provide: PresenceStore, inject: [RedisConnection], useFactory: (redis: RedisConnection) => new RedisPresenceStore(redis) },
    {
      provide: RateLimiter,
      inject: [RedisConnection, METRICS],
      useFactory: (redis: RedisConnection, metrics?: Metrics) => counted(new RedisRateLimiter(redis, { factor: limitsFactor }), metrics),
    },
    { provide: Occupancy, inject: [RedisConnection], useFactory: (redis: RedisConnection) => new RedisOccupancy(redis) },
    ...(databaseUrl === undefined ? [] : databaseProviders(databaseUrl)),
    ...(s3 === undefined
      ? []
      : [
          {
            provide: ObjectStore,
            inject: [METRICS],
            useFactory: (metrics?: Metrics) => new S3ObjectStore(s3, metrics),
          },
        ]),
  ];
}

/** For services that have a database: what starts there leaves through the outbox. */
function databaseProviders(url: string): Provider[] {
  return [
    { provide: DATABASE_URL, useValue: url },
    {
      provide: OutboxRelays,
      inject: [EventLog, METRICS],
      useFactory: async (log: EventLog, metrics?: Metrics): Promise<OutboxRelays> => {
        const session = new PostgresSession({ url });
        await session.open();
        const relays = new OutboxRelays(session, log, LOG_EVENTS, metrics);
        await relays.open({ ownsSession: true });
        return relays;
      },
    },
  ];
}
