import { eventually, pssBytes } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, it, type TestContext } from 'vitest';
import { Crowd } from '../support/crowd.js';
import { FaultBed } from '../support/fault-bed.js';
import { during, explainFailure, isBedMissing, say, timed } from '../support/fault-run.js';
import { Random } from '../support/random.js';

const REDIS_AWAY_MS = 30_000;
const KAFKA_AWAY_MS = 45_000;
const ANSWER_MS = 5_000;
const REPAIR_MS = 5_000;
const MAX_GROWTH_BYTES = 100 * 1024 * 1024;
const MB = 1024 * 1024;
/** With the start of both worlds. */
const TEST_MS = 240_000;

interface World {
  readonly bed: FaultBed;
  readonly crowd: Crowd;
}

/** Side by side, each with everything of its own: they mostly wait. */
describe.skipIf(isBedMissing).concurrent('long outages', () => {
  const random = new Random();
  const opened: AsyncDisposable[] = [];
  let starting: Promise<unknown> = Promise.resolve();

  afterAll(async () => {
    for (const each of opened.toReversed()) await each[Symbol.asyncDispose]();
  }, 120_000);

  /** One after the other: starts are what keeps the processors busy. */
  async function startWorld(context: TestContext): Promise<World> {
    const start = async (): Promise<World> => {
      const bed = await FaultBed.start();
      opened.push(bed);
      explainFailure(context, bed, random);
      const crowd = await Crowd.gather(bed.url, random, { people: 8, rooms: 8 });
      opened.push(crowd);
      crowd.write(20);
      await crowd.probe();
      return { bed, crowd };
    };
    const started = starting.then(start, start);
    starting = started.catch(() => undefined);
    return started;
  }

  it(`Redis is away for ${REDIS_AWAY_MS / 1_000} s: messages still arrive within 5 s, by repair`, { timeout: TEST_MS }, async (context) => {
    const { expect } = context;
    const { bed, crowd } = await startWorld(context);
    await bed.redis.kill();
    const waits = await during(REDIS_AWAY_MS, () => crowd.probe());
    expect(bed.ended).toEqual([]);
    await bed.redis.start();
    const normalMs = await timed(() => eventually(async () => (await crowd.probe()) < 1_000, { timeoutMs: REPAIR_MS }));
    await crowd.fallSilent();
    const { counts } = await crowd.assertWhole();
    say(
      `Redis away for ${REDIS_AWAY_MS} ms: ${waits.length} messages reached everybody, the slowest after ${Math.round(Math.max(...waits))} ms; ` +
        `normal ${normalMs} ms after it was back; ${JSON.stringify(counts)}, ${crowd.retries} retries`,
    );
    expect(Math.max(...waits)).toBeLessThan(REPAIR_MS);
    expect(counts.stored).toBe(counts.attempted);
    expect(bed.ended).toEqual([]);
  });

  it(
    `Kafka stands still for ${KAFKA_AWAY_MS / 1_000} s: every send is answered within 5 s, none falsely`,
    { timeout: TEST_MS },
    async (context) => {
      const { expect } = context;
      const { bed, crowd } = await startWorld(context);
      const memory = () => Math.max(...bed.constellation.processes.gateway.map(({ pid }) => pssBytes(pid)));
      const before = memory();
      bed.kafka.freeze();
      await delay(500); // what was acknowledged before is on its way
      const ackedBefore = crowd.recorder.count('acked');
      let peak = before;
      const sends = await during(KAFKA_AWAY_MS, async () => {
        peak = Math.max(peak, memory());
        return Promise.all(Array.from({ length: 10 }, () => crowd.sendOnce()));
      });
      const acked = crowd.recorder.count('acked') - ackedBefore;
      bed.kafka.thaw();
      const flowMs = await timed(() => crowd.probe(20_000));
      await crowd.fallSilent(30_000);
      const { counts } = await crowd.assertWhole(30_000);
      const answers = Map.groupBy(sends.flat(), ({ outcome }) => outcome);
      const slowest = Math.max(...sends.flat().map(({ ms }) => ms));
      say(
        `Kafka still for ${KAFKA_AWAY_MS} ms: ${[...answers].map(([outcome, some]) => `${some.length} ${outcome}`).join(', ')}, ` +
          `the slowest answer after ${Math.round(slowest)} ms, ${acked} false acknowledgements; a gateway grew by ${Math.round((peak - before) / MB)} MB; ` +
          `a message went through ${flowMs} ms after it was back; ${JSON.stringify(counts)}`,
      );
      expect(acked).toBe(0);
      expect([...answers.keys()].filter((outcome) => outcome !== 'UNCONFIRMED' && outcome !== 'BUSY')).toEqual([]);
      expect(slowest).toBeLessThan(ANSWER_MS);
      expect(peak - before).toBeLessThan(MAX_GROWTH_BYTES);
      expect(bed.ended).toEqual([]);
    },
  );
});
