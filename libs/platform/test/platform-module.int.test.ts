import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Inject, Injectable, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DATABASE_URL } from '@parley/db';
import { createTestDatabase, type TestDatabase } from '@parley/db/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Happened } from '../src/event-log/event-log.contract.js';
import {
  EventLog,
  logSchema,
  ObjectStore,
  OutboxRelays,
  PlatformModule,
  PresenceStore,
  RateLimiter,
  RoomFanout,
  type PlatformOptions,
} from '../src/index.js';

Logger.overrideLogger(false);

@Injectable()
class Feature {
  constructor(
    readonly log: EventLog,
    readonly fanout: RoomFanout,
    readonly presence: PresenceStore,
    readonly limiter: RateLimiter,
    readonly objects: ObjectStore,
    readonly relays: OutboxRelays,
    @Inject(DATABASE_URL) readonly url: string,
  ) {}
}

/** Has no word of the platform: the ports are there all the same. */
@Module({ providers: [Feature] })
class FeatureModule {}

describe('PlatformModule', () => {
  let database: TestDatabase;
  let dataDir: string;
  let options: PlatformOptions;
  beforeEach(async () => {
    database = await createTestDatabase([logSchema]);
    dataDir = await mkdtemp(join(tmpdir(), 'parley-platform-'));
    options = { mode: 'embedded', databaseUrl: database.url, dataDir, limitsFactor: 1 };
  });
  afterEach(async () => {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = async () =>
    NestFactory.createApplicationContext({ module: FeatureModule, imports: [await PlatformModule.for(options)] }, { abortOnError: false });

  it('gives every module the ports of the mode', async () => {
    const app = await start();
    const feature = app.get(Feature, { strict: false });
    expect(feature.url).toBe(database.url);
    const seen: unknown[] = [];
    const subscription = await feature.log.consume({
      topic: 'chat.messages',
      group: 'g',
      events: [Happened],
      handle: async (records) => void seen.push(...records.map((record) => record.payload)),
    });
    await feature.log.append(Happened, { key: 'k', n: 1 });
    await subscription.caughtUp();
    expect(seen).toEqual([{ key: 'k', n: 1 }]);
    await feature.objects.put('a', Readable.from(['x']), { maxBytes: 1 });
    expect(await feature.presence.find(['nobody'])).toHaveLength(1);
    expect(await feature.limiter.take({ name: 'r', perSecond: 1, burst: 1 }, 'k')).toEqual({ allowed: true });
    await app.close();
  });

  it('lets go of everything when the application closes', async () => {
    const app = await start();
    const { log } = app.get(Feature, { strict: false });
    const appended = log.append(Happened, { key: 'k', n: 1 });
    await app.close();
    await appended;
    await expect(log.append(Happened, { key: 'k', n: 2 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await database.drop(); // would cut connections, so look for them first
  });

  it('says what is wrong with a mode that does not exist', async () => {
    const wrong = { ...options, mode: 'toString' } as unknown as PlatformOptions;
    await expect(PlatformModule.for(wrong)).rejects.toThrow('there is no run mode "toString"; known: embedded');
  });

  it('does not start without its Postgres', async () => {
    options = { mode: 'embedded', databaseUrl: 'postgres://nobody@127.0.0.1:1/none', dataDir, limitsFactor: 1 };
    await expect(start()).rejects.toThrow('ECONNREFUSED');
  });
});
