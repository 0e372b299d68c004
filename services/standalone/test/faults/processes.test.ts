import { ChatClient, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Crowd } from '../support/crowd.js';
import { FaultBed } from '../support/fault-bed.js';
import { during, explainFailure, isBedMissing, say, timed } from '../support/fault-run.js';
import { Onlookers } from '../support/onlookers.js';
import { Random } from '../support/random.js';

const ROUNDS = 100;
const SENDS_AT_ONCE = 3;
/** Longer than the 8 s after which a silent member of a group has lost its partitions. */
const ZOMBIE_MS = 12_000;
const STALL_MS = 12_000;
/** So many that a second's share of them says something. */
const ONLOOKERS = 300;
/** Clients leave within 70 % of a third of it: over 8.4 s, so that a second's share of all is 8 % on average. */
const DRAIN_WINDOW_MS = 36_000;
const SECOND_SHARE = 0.15;

describe.skipIf(isBedMissing)('several of each process', () => {
  const random = new Random();
  let bed: FaultBed;
  let crowd: Crowd;

  beforeAll(async () => {
    bed = await FaultBed.start({ drainWindowMs: DRAIN_WINDOW_MS });
    // So many rooms that each messages process has some.
    crowd = await Crowd.gather(bed.url, random, { people: 10, rooms: 16 });
  }, 120_000);

  afterAll(async () => {
    await crowd?.[Symbol.asyncDispose]();
    await bed?.[Symbol.asyncDispose]();
  });

  it('keep the order of everybody’s sends at once, the same for all', { timeout: 90_000 }, async (context) => {
    explainFailure(context, bed, random);
    const people = Array.from({ length: 6 }, () => new ChatClient({ url: bed.url }));
    try {
      await Promise.all(people.map((person) => person.register()));
      const { id: roomId } = await people[0]!.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
      for (const person of people) {
        await person.http.call('POST /api/chat/rooms/{id}/join', { params: { id: roomId } });
        await person.connect();
        await person.openRoom(roomId);
      }
      for (const gateway of bed.constellation.processes.gateway)
        expect(await bed.metricOf(gateway, 'parley_gateway_sockets')).toBeGreaterThanOrEqual(2);
      const send = (person: ChatClient, n: number) =>
        person.emit('message:send', { roomId, clientMsgId: newClientMsgId(), text: `${people.indexOf(person)} ${n}` });
      const ms = await timed(async () => {
        for (let round = 0; round < ROUNDS; round += 1)
          await Promise.all(
            people.flatMap((person) => Array.from({ length: SENDS_AT_ONCE }, (_, n) => send(person, round * SENDS_AT_ONCE + n))),
          );
      });
      const all = people.length * ROUNDS * SENDS_AT_ONCE;
      await eventually(() => people.every((person) => person.timeline(roomId).lastSeq === all), { timeoutMs: 10_000 });
      const seen = people.map((person) => person.timeline(roomId).messages.map(({ text }) => text));
      let inversions = 0;
      for (const [index] of people.entries()) {
        const numbers = seen[0]!.filter((text) => text.startsWith(`${index} `)).map((text) => Number(text.split(' ')[1]));
        inversions += numbers.filter((number, at) => at > 0 && number < numbers[at - 1]!).length;
      }
      say(`${ROUNDS} rounds through two gateways: ${all} messages in ${ms} ms, ${inversions} inversions, one order for ${people.length}`);
      expect(inversions).toBe(0);
      expect(new Set(seen.map((texts) => texts.join())).size).toBe(1);
    } finally {
      for (const person of people) await person[Symbol.asyncDispose]();
    }
  });

  it.for(['in-transaction', 'holding-locks'])(
    'bear one that was given up for dead %s and comes back',
    { timeout: 90_000 },
    async (point, context) => {
      explainFailure(context, bed, random);
      const victim = bed.constellation.processes.messages[1]!; // the other one answers what is asked meanwhile
      await victim.stop();
      await bed.constellation.restart(victim, `${point}:${random.between(1, 5)}=stop`);
      crowd.write(30);
      const repeating = point === 'holding-locks' ? crowd.repeatStored(20) : undefined; // locks are held for what was stored before
      await eventually(() => victim.isFrozen, { timeoutMs: 20_000, describe: `a messages process stands still ${point}` });
      repeating?.stop();
      const waits = await during(ZOMBIE_MS, () => crowd.probe(STALL_MS));
      victim.signal('SIGCONT');
      await crowd.fallSilent();
      const { counts } = await crowd.assertWhole();
      say(
        `a zombie of ${ZOMBIE_MS} ms ${point}: ${JSON.stringify(counts)}, 0 doubled, 0 out of order; ` +
          `the longest of ${waits.length} messages took ${Math.round(Math.max(...waits))} ms, CRASH_SEED=${random.seed}`,
      );
      expect(counts.stored).toBe(counts.attempted);
      expect(await bed.countDeadLetters()).toBe(0);
      expect(bed.ended).toEqual([]);
    },
  );

  it('are stopped and started one after the other, and nobody’s send fails', { timeout: 240_000 }, async (context) => {
    explainFailure(context, bed, random);
    await using onlookers = await Onlookers.gather(bed.url, crowd, ONLOOKERS);
    const before = { retries: crowd.retries, connects: crowd.connects, attempts: crowd.recorder.attempts.length };
    crowd.write(40);
    const stops: string[] = [];
    for (const service of bed.constellation.all) {
      let code: number | null = null;
      const ms = await timed(async () => (code = await service.stop()));
      expect(code, service.name).toBe(0);
      expect(ms).toBeLessThan(30_000);
      stops.push(`${service.name} ${ms}`);
      await bed.constellation.restart(service);
      await crowd.probe();
    }
    await crowd.fallSilent();
    const { counts } = await crowd.assertWhole();
    const { reconnects, busiestSecond } = onlookers;
    say(
      `rolling restart: stops took ${stops.join(', ')} ms; ${counts.attempted - before.attempts} sends, ` +
        `${crowd.retries - before.retries} retries, ${crowd.connects - before.connects} connections, 0 failed; ${reconnects} reconnects of ` +
        `onlookers, ${Math.round((100 * busiestSecond) / reconnects)} % in the busiest second, CRASH_SEED=${random.seed}`,
    );
    expect(counts.acked).toBe(counts.attempted);
    expect(counts.stored).toBe(counts.attempted);
    expect(reconnects).toBeGreaterThanOrEqual(ONLOOKERS); // each was at a gateway that was stopped
    expect(busiestSecond / reconnects).toBeLessThanOrEqual(SECOND_SHARE);
  });
});
