import { EventEmitter } from 'node:events';
import { Logger } from '@nestjs/common';
import type { Consumer, Kafka } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it, vi, type Mock } from 'vitest';
import { KAFKA_TIMING, SupervisedConsumer } from './supervised-consumer.js';

Logger.overrideLogger(false);

const EVENTS = { GROUP_JOIN: 'join', REBALANCING: 'rebalancing', FETCH: 'fetch', CRASH: 'crash' };

describe('SupervisedConsumer', () => {
  let kafkajs: EventEmitter;
  let connect: Mock<() => Promise<void>>;
  let fatal: string[];
  let isBusy: boolean;
  let isReachable: boolean;
  let supervised: SupervisedConsumer;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
    kafkajs = new EventEmitter();
    connect = vi.fn<() => Promise<void>>(async () => undefined);
    fatal = [];
    isBusy = false;
    isReachable = true;
    const fake = {
      events: EVENTS,
      on: (name: string, listener: (event: unknown) => void) => kafkajs.on(name, listener),
      connect,
      subscribe: async () => undefined,
      run: async () => void kafkajs.emit('join', { payload: { memberAssignment: { topic: [0] } } }),
      disconnect: async () => undefined,
    };
    supervised = new SupervisedConsumer({
      client: { consumer: () => fake as unknown as Consumer } as unknown as Kafka,
      group: 'group',
      topics: ['topic'],
      fromBeginning: true,
      concurrency: 1,
      timing: KAFKA_TIMING,
      eachBatch: async () => undefined,
      onJoined: () => undefined,
      isBusy: () => isBusy,
      isReachable: async () => isReachable,
      onFatal: (reason) => void fatal.push(reason),
    });
  });

  afterEach(async () => {
    await supervised.close();
    vi.useRealTimers();
  });

  const fetched = () => kafkajs.emit('fetch');

  it('begins when the brokers can be reached', async () => {
    connect.mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('away'));
    vi.useRealTimers(); // the pauses between are those of node:timers/promises
    await supervised.start();
    expect(connect).toHaveBeenCalledTimes(3);
  });

  it('says that it has stopped when nothing was fetched for too long although the brokers answer', async () => {
    await supervised.start();
    await vi.advanceTimersByTimeAsync(50_000);
    fetched();
    await vi.advanceTimersByTimeAsync(50_000);
    expect(fatal).toEqual([]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(fatal[0]).toMatch(/^consumer group of topic has fetched nothing for 6\d s although the brokers answer$/);
  });

  it('bears an outage of the brokers, and a handler that takes long', async () => {
    await supervised.start();
    isReachable = false;
    await vi.advanceTimersByTimeAsync(600_000);
    isReachable = true;
    await vi.advanceTimersByTimeAsync(50_000);
    fetched();
    isBusy = true;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(fatal).toEqual([]);
  });

  it('leaves a consumer all its time after an outage that was shorter', async () => {
    await supervised.start();
    isReachable = false;
    await vi.advanceTimersByTimeAsync(45_000);
    isReachable = true;
    await vi.advanceTimersByTimeAsync(50_000);
    expect(fatal).toEqual([]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(fatal).not.toEqual([]);
  });

  it('begins again after a fault of the connection, also where its client would not', async () => {
    await supervised.start();
    kafkajs.emit('crash', { payload: { restart: true, error: new Error('connection lost') } });
    expect(connect).toHaveBeenCalledTimes(1); // the client sees to it
    kafkajs.emit('crash', { payload: { restart: false, error: new NamedError('KafkaJSNonRetriableError', 'connect ECONNREFUSED') } });
    await vi.waitFor(() => expect(connect).toHaveBeenCalledTimes(2));
    expect(fatal).toEqual([]);
  });

  it('says that it has crashed when a broker refuses it for good', async () => {
    await supervised.start();
    const error = Object.assign(new NamedError('KafkaJSProtocolError', 'not authorised'), { retriable: false });
    kafkajs.emit('crash', { payload: { restart: false, error } });
    expect(fatal).toEqual(['consumer group of topic has crashed: not authorised']);
    expect(connect).toHaveBeenCalledTimes(1);
  });
});

class NamedError extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}
