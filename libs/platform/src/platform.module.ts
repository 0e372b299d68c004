import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { DATABASE_URL } from '@parley/db';
import { EventLog } from './event-log/event-log.js';
import { ObjectStore } from './object-store/object-store.js';
import { Occupancy } from './occupancy/occupancy.js';
import { OutboxRelays } from './outbox/outbox-relays.js';
import type { PlatformOptions } from './platform-options.js';
import { PresenceStore } from './presence/presence-store.js';
import { RateLimiter } from './rate-limiter/rate-limiter.js';
import { RoomFanout } from './room-fanout/room-fanout.js';

type Compositions = { readonly [O in PlatformOptions as O['mode']]: () => Promise<(options: O) => Provider[]> };

/** The only place that knows the modes. Each is loaded when it is chosen, so that none needs the clients of another. */
const compositions: Compositions = {
  embedded: async () => (await import('./embedded.js')).embeddedProviders,
  distributed: async () => (await import('./distributed.js')).distributedProviders,
};

const TOKENS = [EventLog, RoomFanout, PresenceStore, RateLimiter, Occupancy, ObjectStore, OutboxRelays, DATABASE_URL] as const;

/** The ports, bound to the adapters of the run mode, for every module of the process. */
@Module({})
export class PlatformModule {
  static async for(options: PlatformOptions): Promise<DynamicModule> {
    if (!Object.hasOwn(compositions, options.mode)) {
      throw new Error(`there is no run mode ${JSON.stringify(options.mode)}; known: ${Object.keys(compositions).join(', ')}`);
    }
    const compose = (await compositions[options.mode]()) as (options: PlatformOptions) => Provider[];
    const providers = compose(options);
    const provided = new Set(providers.map((provider) => ('provide' in provider ? provider.provide : provider)));
    return { module: PlatformModule, global: true, providers, exports: TOKENS.filter((token) => provided.has(token)) };
  }
}
