import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { TOPIC_NAMES, TOPICS } from '@parley/contracts';
import { TcpProxy, eventually } from '@parley/testing';
import type { Admin } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Happened } from '../src/event-log/event-log.contract.js';
import { kafkaClient } from '../src/event-log/kafka/kafka-connection.js';
import { KafkaEventLog } from '../src/event-log/kafka/kafka-event-log.js';
import { ensureTopics } from '../src/event-log/kafka/kafka-topics.js';
import { QUICK, givenBrokers, leadingTo } from './kafka-world.js';

Logger.overrideLogger(false);

describe.skipIf(inject('stackMissing').kafka)('topics of Kafka', () => {
  let admin: Admin;
  let brokers: string[];
  const prefix = () => `t-${randomUUID().slice(0, 8)}.`;
  const open = (options: { prefix: string }, connection = { brokers }) =>
    KafkaEventLog.open({ connection, topics: options, timing: QUICK, onFatal: (reason) => expect.fail(reason) });

  beforeAll(async () => {
    brokers = givenBrokers();
    admin = kafkaClient({ brokers }, { retries: 5 }).admin();
    await admin.connect();
  });
  afterAll(async () => {
    const ours = (await admin.listTopics()).filter((name) => name.startsWith('t-'));
    if (ours.length > 0) await admin.deleteTopics({ topics: ours });
    await admin.disconnect();
  });

  it('are created once, whoever is first, with the partitions and settings of the plan', async () => {
    const options = { prefix: prefix() };
    const jobs = await Promise.all([1, 2, 3].map(() => ensureTopics({ brokers }, options)));
    const names = TOPIC_NAMES.flatMap((topic) => [`${options.prefix}${topic}`, `${options.prefix}${topic}.dead`]);
    expect(new Set(jobs.flatMap((job) => job.created))).toEqual(new Set(names));
    expect(await ensureTopics({ brokers }, options)).toEqual({ created: [], differences: [] });
    const { topics } = await admin.fetchTopicMetadata({ topics: names });
    for (const topic of TOPIC_NAMES) {
      const partitionsOf = (name: string) => topics.find((found) => found.name === options.prefix + name)?.partitions.length;
      expect(partitionsOf(topic)).toBe(TOPICS[topic].partitions);
      expect(partitionsOf(`${topic}.dead`)).toBe(1);
    }
  });

  it('take the number of partitions that an installation has chosen, and never another', async () => {
    const options = { prefix: prefix(), partitions: { 'chat.messages': 7 } };
    await ensureTopics({ brokers }, options);
    const name = `${options.prefix}chat.messages`;
    await expect(ensureTopics({ brokers }, { prefix: options.prefix })).rejects.toThrow(`topic ${name} has 7 partition(s), not 4`);
    const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
    expect(topics[0]!.partitions).toHaveLength(7);

    await using wrong = closing(await open({ prefix: options.prefix }));
    expect(wrong.log.readiness).toEqual({ isReady: false, reason: expect.stringContaining(`topic ${name} has 7 partition(s), not 4`) });
    await expect(wrong.log.append(Happened, { key: 'a', n: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await using right = closing(await open(options));
    expect(right.log.readiness).toEqual({ isReady: true });
    for (let n = 0; n < 50; n++) await right.log.append(Happened, { key: `key-${n}`, n });
    const ends = await admin.fetchTopicOffsets(name);
    expect(ends.filter(({ high }) => high !== '0').length).toBeGreaterThan(4);
  });

  it('are not created while brokers are missing, which would leave them with too few copies', async () => {
    const options = { prefix: prefix(), brokersMin: 64 };
    await expect(ensureTopics({ brokers }, options)).rejects.toThrow('of 64 brokers are there');
    expect((await admin.listTopics()).filter((name) => name.startsWith(options.prefix))).toEqual([]);
  });

  it('are said to be missing, and used as soon as they are there', async () => {
    const options = { prefix: prefix() };
    await using opened = closing(await open(options));
    const { log } = opened;
    expect(log.readiness).toEqual({
      isReady: false,
      reason: expect.stringContaining(`${options.prefix}chat.messages is missing: run the topics job`),
    });
    await expect(log.append(Happened, { key: 'a', n: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const seen: number[] = [];
    await log.consume<Happened>({
      topic: 'chat.messages',
      group: 'early',
      events: [Happened],
      handle: async (records) => void seen.push(...records.map(({ payload }) => payload.n)),
    });
    const tail = log.tail<Happened>({ topic: 'chat.messages', events: [Happened], handle: () => undefined });
    await ensureTopics({ brokers }, options);
    await eventually(() => log.readiness.isReady, { timeoutMs: 10_000 });
    await tail;
    await log.append(Happened, { key: 'a', n: 2 });
    await eventually(() => seen.includes(2), { timeoutMs: 10_000 });
    expect(seen).toEqual([2]);
  });

  it('are looked for until the brokers can be reached', async () => {
    const options = { prefix: prefix() };
    await ensureTopics({ brokers }, options);
    await using link = await TcpProxy.start({ targetPort: Number(brokers[0]!.split(':')[1]) });
    link.mode = 'reset';
    const connection = { brokers, socketFactory: leadingTo(link.port) };
    await using opened = closing(await open(options, connection));
    expect(opened.log.readiness).toEqual({ isReady: false, reason: expect.stringContaining(`Kafka at ${brokers[0]} cannot be reached`) });
    link.mode = 'pass';
    await eventually(() => opened.log.readiness.isReady, { timeoutMs: 10_000 });
    await opened.log.append(Happened, { key: 'a', n: 1 });
  });
});

type Happened = { key: string; n: number };

const closing = (log: KafkaEventLog) => ({ log, [Symbol.asyncDispose]: () => log.close() });
