import { join } from 'node:path';
import type { Provider } from '@nestjs/common';
import { LOG_EVENTS } from '@parley/contracts';
import { DATABASE_URL } from '@parley/db';
import type { Metrics } from '@parley/telemetry';
import { EventLog } from './event-log/event-log.js';
import { EventLogMetrics } from './event-log/event-log-metrics.js';
import { PostgresEventLog } from './event-log/postgres/postgres-event-log.js';
import { FolderObjectStore } from './object-store/folder-object-store.js';
import { ObjectStore } from './object-store/object-store.js';
import { MemoryOccupancy } from './occupancy/memory-occupancy.js';
import { Occupancy } from './occupancy/occupancy.js';
import { OutboxRelays } from './outbox/outbox-relays.js';
import { METRICS, type EmbeddedPlatformOptions } from './platform-options.js';
import { MemoryPresenceStore } from './presence/memory-presence-store.js';
import { PresenceStore } from './presence/presence-store.js';
import { counted } from './rate-limiter/counted-rate-limiter.js';
import { MemoryRateLimiter } from './rate-limiter/memory-rate-limiter.js';
import { RateLimiter } from './rate-limiter/rate-limiter.js';
import { InProcessRoomFanout } from './room-fanout/in-process-room-fanout.js';
import { RoomFanout } from './room-fanout/room-fanout.js';

/** One process and one Postgres: the log in tables, the rest in memory and in a folder. */
export const embeddedProviders = ({ databaseUrl, dataDir, limitsFactor }: EmbeddedPlatformOptions): Provider[] => [
  { provide: DATABASE_URL, useValue: databaseUrl },
  {
    provide: EventLog,
    inject: [METRICS],
    useFactory: (metrics?: Metrics) => PostgresEventLog.open({ url: databaseUrl, metrics: metrics && new EventLogMetrics(metrics) }),
  },
  {
    provide: OutboxRelays,
    inject: [EventLog, METRICS],
    useFactory: async (log: PostgresEventLog, metrics?: Metrics): Promise<OutboxRelays> => {
      const relays = new OutboxRelays(log.session, log, LOG_EVENTS, metrics);
      await relays.open();
      return relays;
    },
  },
  { provide: RoomFanout, inject: [METRICS], useFactory: (metrics?: Metrics) => new InProcessRoomFanout(metrics) },
  { provide: PresenceStore, useFactory: () => new MemoryPresenceStore() },
  {
    provide: RateLimiter,
    inject: [METRICS],
    useFactory: (metrics?: Metrics) => counted(new MemoryRateLimiter({ factor: limitsFactor }), metrics),
  },
  { provide: Occupancy, useFactory: () => new MemoryOccupancy() },
  { provide: ObjectStore, useFactory: () => FolderObjectStore.open(join(dataDir, 'media')) },
];
