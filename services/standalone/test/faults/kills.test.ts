import { eventually } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Crowd } from '../support/crowd.js';
import { FaultBed } from '../support/fault-bed.js';
import { explainFailure, isBedMissing, say, timed } from '../support/fault-run.js';
import { Random } from '../support/random.js';

/** Every place on the way of a message, in its order. */
const POINTS = [
  { point: 'after-append-before-ack', service: 'gateway' },
  { point: 'in-transaction', service: 'messages' },
  { point: 'after-commit-before-fanout', service: 'messages' },
  { point: 'after-fanout-before-offset', service: 'messages' },
  { point: 'after-announce-before-offset', service: 'messages' },
] as const;
const ENGINES = ['redis', 'postgres', 'kafka'] as const;
const MESSAGES_PER_SECOND = 50;

/** The process stands still at the point while the engine dies, so that each death is exactly there. */
describe.skipIf(isBedMissing)('SIGKILL under load', () => {
  const random = new Random();
  let bed: FaultBed;
  let crowd: Crowd;

  beforeAll(async () => {
    bed = await FaultBed.start();
    // So many rooms that each messages process has some.
    crowd = await Crowd.gather(bed.url, random, { people: 10, rooms: 16 });
  }, 120_000);

  afterAll(async () => {
    await crowd?.[Symbol.asyncDispose]();
    await bed?.[Symbol.asyncDispose]();
  });

  it.for(POINTS)('of Redis, Postgres, Kafka and the $service process $point', { timeout: 180_000 }, async ({ point, service }, context) => {
    explainFailure(context, bed, random);
    const victim = random.pick(bed.constellation.processes[service]);
    const passages = [...ENGINES, 'itself'].map(() => random.between(1, 20));
    const stops = passages.map((_, index) => passages.slice(0, index + 1).reduce((sum, count) => sum + count));
    const failpoints = stops.map((passage, index) => `${point}:${passage}${index < ENGINES.length ? '=stop' : ''}`).join(',');
    const before = crowd.recorder.attempts.length;
    const died: string[] = [];
    const ms = await timed(async () => {
      await victim.stop();
      await bed.constellation.restart(victim, failpoints);
      crowd.scatter(); // a gateway that has come back has nobody
      crowd.write(MESSAGES_PER_SECOND);
      for (const engine of ENGINES) {
        await eventually(() => victim.isFrozen, { timeoutMs: 30_000, describe: `${service} stands still ${point}, to lose ${engine}` });
        await bed[engine].kill();
        victim.signal('SIGCONT');
        await bed[engine].start();
        died.push(engine);
      }
      await eventually(() => !victim.isRunning, { timeoutMs: 30_000, describe: `${service} dies ${point}` });
      expect(await victim.exited).toBe('SIGKILL');
      await bed.constellation.restart(victim);
      await crowd.fallSilent(30_000);
    });
    const { counts } = await crowd.assertWhole(30_000);
    say(
      `killed ${point} (${failpoints}): ${died.join(', ')}, ${service}; ${counts.attempted - before} sends in ${ms} ms, ` +
        `0 lost, 0 doubled, 0 out of order; ${crowd.retries} retries so far, CRASH_SEED=${random.seed}`,
    );
    expect(counts.stored).toBe(counts.attempted);
    expect(counts.rejected).toBe(0);
    expect(await bed.countDeadLetters()).toBe(0);
    expect(bed.ended).toEqual([]);
  });
});
