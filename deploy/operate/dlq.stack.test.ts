import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { RoomChanged } from '@parley/contracts';
import { EmbeddedPostgres, migrate } from '@parley/db';
import { logSchema } from '@parley/platform';
import { KafkaEventLog, ensureTopics, kafkaClient } from '@parley/platform/kafka';
import { SourceProcess, eventually } from '@parley/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { startKafka } from '../stack/kafka.ts';

const CACHE = join(import.meta.dirname, '../../.cache/stack');
const SECRET = 'what somebody wrote';
Logger.overrideLogger(false);

const opened: AsyncDisposable[] = [];
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-dlq-'));
  await chmod(dir, 0o755); // Postgres runs as another user when this is root
});
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Runs the command as `npm run dlq` does. */
async function dlq(env: Record<string, string>, ...args: string[]) {
  const command = new SourceProcess(new URL('./dlq.ts', import.meta.url), { args, env });
  const code = await command.exited;
  return { code, out: command.stdout, err: command.stderr };
}

describe.skipIf(inject('stackMissing').kafka)('npm run dlq on Kafka', () => {
  it('lists what was set aside with its origin, shows texts only when asked to, and brings it back', { timeout: 120_000 }, async () => {
    const kafka = await startKafka({ dir: join(dir, 'kafka'), cacheDir: CACHE, log: () => undefined });
    opened.push({ [Symbol.asyncDispose]: () => kafka.stop() });
    const { brokers, env } = kafka;
    await ensureTopics({ brokers });
    expect(await dlq(env)).toMatchObject({ code: 0, out: 'dlq: nothing was set aside\n' });

    const log = await KafkaEventLog.open({ connection: { brokers }, onFatal: (reason) => expect.fail(reason) });
    opened.push({ [Symbol.asyncDispose]: () => log.close() });
    const ignore = async () => undefined;
    await log.consume({ topic: 'chat.rooms', group: 'rooms-readers', events: [RoomChanged], handle: ignore });
    const producer = kafkaClient({ brokers }, { retries: 5 }).producer();
    await producer.connect();
    opened.push({ [Symbol.asyncDispose]: () => producer.disconnect() });
    const value = `no {json: ${SECRET}`;
    await producer.send({ topic: 'chat.rooms', messages: [{ key: 'room', value, headers: { type: RoomChanged.type, trace: '7' } }] });

    const list = await eventually(
      async () => {
        const answer = await dlq(env);
        expect(answer.out).toContain('dlq: 1 set aside');
        return answer;
      },
      { timeoutMs: 40_000 },
    );
    expect(list.out).toMatch(/^chat\.rooms\/0 {2}20\d\d-\d\d-\d\dT/);
    expect(list.out).toContain(`from chat.rooms, partition 0, offset 0: ${RoomChanged.type}`);
    expect(list.out).toContain('rooms-readers could not handle it: cannot be decoded');
    expect(list.out).not.toContain(SECRET);
    expect((await dlq(env, '--text')).out).toContain(value);
    expect((await dlq(env, '--topic', 'chat.users')).out).toBe('dlq: nothing was set aside\n');

    expect(await dlq(env, 'replay', 'chat.rooms/7')).toMatchObject({
      code: 1,
      err: 'there is no dead letter chat.rooms/7; npm run dlq lists them. Nothing was replayed.\n',
    });
    expect(await dlq(env, 'replay', 'chat.rooms/0')).toMatchObject({
      code: 0,
      out: 'dlq: chat.rooms/0 is back in chat.rooms, partition 0\ndlq: 1 replayed\n',
    });
    // Nothing was mended, so it is set aside once more: at its new place, and the old letter is done with.
    await eventually(
      async () => {
        const { out } = await dlq(env);
        expect(out).toContain('from chat.rooms, partition 0, offset 1');
        expect(out).toContain('dlq: 1 set aside');
      },
      { timeoutMs: 40_000 },
    );
  });
});

describe('npm run dlq', () => {
  it('works on the data folder of the embedded mode, be Parley running or not', { timeout: 120_000 }, async () => {
    const dataDir = join(dir, 'data');
    const env = { PARLEY_DATA_DIR: dataDir };
    {
      await using server = await EmbeddedPostgres.start({ dataDir, log: () => undefined, durable: false });
      await migrate(server.url, [logSchema]);
      const client = new pg.Client(server.url);
      await client.connect();
      await client.query(`
        INSERT INTO log.partitions (topic, partition) VALUES ('chat.rooms', 0);
        INSERT INTO log.dead_letters (topic, origin_topic, origin_partition, origin_offset, consumer_group, type, payload, error)
        SELECT 'chat.rooms.dead', 'chat.rooms', 0, n, 'g', 't', '${SECRET}', 'why' FROM generate_series(1, 3) n`);
      expect((await dlq(env, 'list')).out).toContain('dlq: 3 set aside');
      expect(await dlq(env, 'replay', 'chat.rooms/0/2/g')).toMatchObject({ code: 0 });
      expect((await client.query('SELECT record_offset, payload FROM log.records')).rows).toEqual([
        { record_offset: '0', payload: SECRET },
      ]);
      await client.end();
    }
    const list = await dlq(env);
    expect(list.out).toContain('dlq: 2 set aside');
    expect(list.out).not.toContain(SECRET);
    expect((await dlq(env, 'replay', '--all')).out).toContain('dlq: 2 replayed');
    expect((await dlq(env)).out).toBe('dlq: nothing was set aside\n');
  });

  it.each([
    [['throw'], 'there is no command "throw"'],
    [['replay'], 'replay takes either ids or --all'],
    [['replay', 'chat.rooms/0', '--all'], 'replay takes either ids or --all'],
    [['list', 'chat.rooms/0'], 'list takes no ids'],
    [['--topic', 'chat.rumours'], 'there is no topic "chat.rumours"; there are chat.messages, chat.stored'],
    [['--loud'], "Unknown option '--loud'"],
  ])('says what is wrong with %j', async (args, reason) => {
    const answer = await dlq({}, ...args);
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.err).toContain(reason);
  });

  it('says that there is no broker', async () => {
    const answer = await dlq({ PARLEY_KAFKA_BROKERS: '127.0.0.1:1' });
    expect(answer.code).toBe(1);
    expect(answer.err).toMatch(/^dlq: Kafka at 127.0.0.1:1 cannot be reached: .*PARLEY_KAFKA_BROKERS right\?\n$/);
  });
});
