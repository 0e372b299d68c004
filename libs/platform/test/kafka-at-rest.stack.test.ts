import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { Happened } from '../src/event-log/event-log.contract.js';
import { KAFKA_TIMING } from '../src/event-log/kafka/supervised-consumer.js';
import { kafkaWorld } from './kafka-world.js';

Logger.overrideLogger(false);

describe.skipIf(inject('stackMissing').kafka)('KafkaEventLog at rest', () => {
  afterEach(() => vi.restoreAllMocks());

  it('does next to nothing: no timer storm of its client, and no warnings', async () => {
    const warnings: string[] = [];
    const warn = ({ name }: Error) => void warnings.push(name);
    process.on('warning', warn);
    await using world = await kafkaWorld();
    const log = await world.open({ timing: KAFKA_TIMING });
    const handle = vi.fn<() => Promise<void>>(async () => undefined);
    for (const group of ['one', 'two']) await log.consume({ topic: 'chat.messages', group, events: [Happened], handle });
    await log.append(Happened, { key: 'a', n: 1 });
    await vi.waitFor(() => expect(handle).toHaveBeenCalledTimes(2), 5_000);
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const cpu = process.cpuUsage();
    const began = performance.now();
    await once(new Worker('setTimeout(() => undefined, 5_000)', { eval: true }), 'exit'); // a clock that this thread's timers do not count
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    process.off('warning', warn);
    process.stdout.write(
      `at rest, producer and 2 consumers: ${(timers.mock.calls.length / seconds).toFixed(1)} timers/s, ` +
        `${((user + system) / seconds / 10_000).toFixed(2)} % of a processor\n`,
    );
    expect(timers.mock.calls.length / seconds).toBeLessThan(40); // 690 per connection without the fix
    expect(warnings).not.toContain('TimeoutNegativeWarning');
  });
});
