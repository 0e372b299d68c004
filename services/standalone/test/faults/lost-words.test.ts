import { TcpProxy, eventually } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChangingCrowd } from '../support/changing-crowd.js';
import { Crowd } from '../support/crowd.js';
import { FaultBed } from '../support/fault-bed.js';
import { explainFailure, isBedMissing, say, timed } from '../support/fault-run.js';
import { causeAll, faultsOf } from '../support/link-faults.js';
import { LogRepeater } from '../support/log-repeater.js';
import { PathEdge } from '../support/path-edge.js';
import { Random } from '../support/random.js';

const LINKS = [
  ['gateway', 'kafka'],
  ['messages', 'kafka'],
  ['rooms', 'kafka'],
  ['messages', 'postgres'],
  ['rooms', 'postgres'],
  ['gateway', 'redis'],
  ['messages', 'redis'],
  ['rooms', 'redis'],
] as const;
const LOSS_MS = 3_000;
/** A member of a group that was not heard of for 8 s is given up, then others take over. */
const FLOW_AGAIN_MS = 15_000;
const BURSTS = 6;
const REPAIR_MS = 5_000;
/** Of the faults of all links, one after the other. */
const FAULT_EVERY_MS = 250;
const MORE_FAULTS = 5;

describe.skipIf(isBedMissing)('words that get lost', () => {
  const random = new Random();
  let bed: FaultBed;
  let crowd: Crowd;

  beforeAll(async () => {
    bed = await FaultBed.start();
    crowd = await Crowd.gather(bed.url, random, { people: 10, rooms: 8 });
  }, 120_000);

  afterAll(async () => {
    await crowd?.[Symbol.asyncDispose]();
    await bed?.[Symbol.asyncDispose]();
  });

  it('answers on each link: what was asked is carried out once', { timeout: 150_000 }, async (context) => {
    explainFailure(context, bed, random);
    crowd.write(30);
    for (const [service, engine] of LINKS) {
      const link = bed.link(service, engine);
      const before = link.dropped;
      link.mode = 'drop-responses';
      await delay(LOSS_MS);
      await eventually(() => link.dropped > before, { timeoutMs: 10_000, describe: `an answer to ${service} is lost` });
      link.mode = 'pass';
      link.cut(); // a stream with a piece missing is no TCP stream any more
      const flowMs = await timed(() => crowd.probe(FLOW_AGAIN_MS));
      say(
        `${service}-${engine}: ${link.dropped - before} bytes of answers lost in ${LOSS_MS} ms, a message went through ${flowMs} ms later`,
      );
    }
    await crowd.fallSilent(30_000);
    const { counts } = await crowd.assertWhole(30_000);
    say(`answers lost on ${LINKS.length} links: ${JSON.stringify(counts)}, ${crowd.retries} retries, CRASH_SEED=${random.seed}`);
    expect(counts.stored).toBe(counts.attempted);
    expect(counts.acked).toBe(counts.attempted);
    expect(crowd.retries).toBeGreaterThan(0);
    expect(await bed.countDeadLetters()).toBe(0);
    expect(bed.ended).toEqual([]);
  });

  it('subscriptions, at the end of a burst: the tail arrives within 5 s', { timeout: 90_000 }, async (context) => {
    explainFailure(context, bed, random);
    const countRepairs = async () => {
      const counts = await Promise.all(
        bed.constellation.processes.gateway.map((each) => bed.metricOf(each, 'parley_gateway_repairs_total')),
      );
      return counts.reduce((sum, count) => sum + count);
    };
    const repairsBefore = await countRepairs();
    const waits: number[] = [];
    for (let burst = 0; burst < BURSTS; burst += 1) {
      crowd.write(200);
      await delay(random.between(300, 600));
      expect(Number((await bed.redis.command('CLIENT KILL TYPE pubsub')).slice(1))).toBeGreaterThanOrEqual(2);
      await delay(random.between(0, 40));
      await crowd.fallSilent();
      waits.push(await timed(() => crowd.settle(REPAIR_MS)));
    }
    const { counts } = await crowd.assertWhole();
    const repairs = (await countRepairs()) - repairsBefore;
    say(`subscriptions killed in ${BURSTS} bursts: everybody whole after ${waits.join(', ')} ms, ${repairs} repairs by gateways`);
    expect(counts.stored).toBe(counts.attempted);
    expect(repairs).toBeGreaterThan(0); // the fault hit
    expect(bed.ended).toEqual([]);
  });
  it('of changes and of read markers: everybody ends equal, and nothing goes back', { timeout: 120_000 }, async (context) => {
    explainFailure(context, bed, random);
    const { gateway, messages, rooms } = bed.constellation.processes;
    // Each device has a gateway of its own, behind a link that it shares with half of the others.
    const links = await Promise.all(gateway.map(({ port }) => TcpProxy.start({ targetPort: port })));
    const doors = await Promise.all(
      links.map(({ port }) =>
        PathEdge.start([
          [/^\/socket\.io\//, [port]],
          [/^\//, [Number(new URL(bed.url).port)]],
        ]),
      ),
    );
    try {
      await using repeater = await LogRepeater.follow(bed.kafka.brokers, ['chat.messages', 'chat.stored']);
      await using people = await ChangingCrowd.gather(
        doors.map(({ url }) => url),
        random,
      );
      people.live();
      const everyLink = [...links, ...LINKS.map(([service, engine]) => bed.link(service, engine))];
      const others = Array.from({ length: MORE_FAULTS }, () => [
        () => bed.redis.command('CLIENT KILL TYPE pubsub'),
        () => repeater.repeat(random),
      ]);
      await causeAll([...everyLink.flatMap((link) => faultsOf(link, random)), ...others.flat()], random, FAULT_EVERY_MS);
      const storing = [...messages, ...rooms];
      await Promise.all(storing.map((service) => service.stop()));
      await repeater.rewind(['messages', 'rooms']);
      await Promise.all(storing.map((service) => bed.constellation.restart(service)));
      await people.fallSilent();
      const outcome = await people.assertEqual(30_000);
      say(`${outcome}; ${repeater.repeated} records doubled, CRASH_SEED=${random.seed}`);
      const stored = await Promise.all(messages.map((each) => bed.metricOf(each, 'parley_message_persist_seconds_count')));
      expect(stored.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(people.written); // all came once more: the replay was one
      expect(repeater.repeated).toBeGreaterThan(100);
      expect(await bed.countDeadLetters()).toBe(0);
      expect(bed.ended).toEqual([]);
    } finally {
      for (const each of [...doors, ...links]) await each[Symbol.asyncDispose]();
    }
  });
});
