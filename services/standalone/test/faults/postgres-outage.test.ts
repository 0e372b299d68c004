import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Crowd } from '../support/crowd.js';
import { FaultBed } from '../support/fault-bed.js';
import { explainFailure, isBedMissing, say, timed } from '../support/fault-run.js';
import { Random } from '../support/random.js';

/** First only the messages service cannot reach it, so that a backlog comes up; then it is away for everybody. */
const AWAY_MS = { forMessages: 20_000, forAll: 40_000 };

describe.skipIf(isBedMissing)('Postgres away for 60 s', () => {
  const random = new Random();
  let bed: FaultBed;
  let crowd: Crowd;

  beforeAll(async () => {
    bed = await FaultBed.start();
    crowd = await Crowd.gather(bed.url, random, { people: 8, rooms: 8 });
  }, 120_000);

  afterAll(async () => {
    await crowd?.[Symbol.asyncDispose]();
    await bed?.[Symbol.asyncDispose]();
  });

  it('sets nothing aside, and the backlog drains in order', { timeout: 180_000 }, async (context) => {
    explainFailure(context, bed, random);
    crowd.write(20);
    await crowd.probe();
    const way = bed.link('messages', 'postgres');
    way.mode = 'reset';
    const ackedBefore = crowd.recorder.count('acked');
    await delay(AWAY_MS.forMessages);
    const backlog = crowd.recorder.count('acked') - ackedBefore;
    await bed.postgres.kill();
    way.mode = 'pass';
    await delay(AWAY_MS.forAll);
    expect(bed.ended).toEqual([]);
    await bed.postgres.start();
    const drainMs = await timed(async () => {
      await crowd.fallSilent(30_000);
      await crowd.settle(30_000);
    });
    const { counts } = await crowd.assertWhole(30_000);
    const deadLetters = await bed.countDeadLetters();
    say(
      `Postgres away for ${AWAY_MS.forMessages + AWAY_MS.forAll} ms: ${backlog} messages were accepted in the first ${AWAY_MS.forMessages} ms; ` +
        `all stored and seen ${drainMs} ms after it was back, ${deadLetters} set aside; ${JSON.stringify(counts)}, CRASH_SEED=${random.seed}`,
    );
    expect(backlog).toBeGreaterThan(100);
    expect(deadLetters).toBe(0);
    expect(counts.stored).toBe(counts.attempted);
    expect(bed.ended).toEqual([]);
  });
});
