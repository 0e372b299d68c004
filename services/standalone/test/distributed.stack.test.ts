import { ChatClient, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { Constellation } from './support/constellation.js';
import { Crowd } from './support/crowd.js';
import { Random } from './support/random.js';
import { areEnginesThere, engines } from './support/real-stack.js';

const MESSAGES_PER_SECOND = 50;

/** Two gateways and two messages processes on real Kafka and Redis. */
describe.skipIf(!areEnginesThere)('distributed mode', () => {
  const random = new Random();
  let constellation: Constellation;

  beforeAll(async () => {
    constellation = await Constellation.start({ auth: 1, rooms: 1, messages: 2, gateway: 2 }, await engines());
  });

  afterAll(() => constellation?.[Symbol.asyncDispose]());

  const explainFailure = () =>
    onTestFailed(() => {
      for (const service of constellation.all) console.error(`${service.name} (${service.port}):\n${service.logs.slice(-20).join('\n')}`);
    });

  it('brings a message from one gateway to the readers at another', { timeout: 60_000 }, async () => {
    explainFailure();
    // The edge takes turns, so four connections are spread over both gateways.
    const people = Array.from({ length: 4 }, () => new ChatClient({ url: constellation.url }));
    try {
      for (const person of people) await person.register();
      const room = await people[0]!.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
      for (const person of people) {
        await person.http.call('POST /api/chat/rooms/{id}/join', { params: { id: room.id } });
        await person.connect();
        await person.openRoom(room.id);
      }
      for (const [index, person] of people.entries()) {
        await person.emit('message:send', { roomId: room.id, clientMsgId: newClientMsgId(), text: `from ${index}` });
        // Well below the 2.5 s after which a gateway would notice by itself that it is behind.
        for (const reader of people)
          await expect.poll(() => reader.timeline(room.id).lastSeq, { timeout: 2_000, interval: 10 }).toBe(index + 1);
      }
    } finally {
      for (const person of people) await person[Symbol.asyncDispose]();
    }
  });

  it('keeps every promise while its processes are killed and replaced under load', { timeout: 120_000 }, async () => {
    explainFailure();
    console.log(`CRASH_SEED=${random.seed}`);
    const crowd = await Crowd.gather(constellation.url, random);
    try {
      crowd.write(MESSAGES_PER_SECOND);
      const { gateway, messages, rooms, auth } = constellation.processes;
      for (const victim of [messages[0]!, gateway[0]!, messages[1]!, gateway[1]!, rooms[0]!, auth[0]!]) {
        await delay(random.between(700, 1_800)); // the moment is what is tested
        await victim.kill();
        await constellation.restart(victim);
      }
      await delay(1_000);
      await crowd.fallSilent();
      const { counts } = await crowd.assertWhole();
      expect(counts.acked).toBe(counts.attempted);
      expect(counts.stored).toBe(counts.attempted);
      expect(counts.rejected).toBe(0);
      expect(counts.attempted).toBeGreaterThan(200);
    } finally {
      await crowd[Symbol.asyncDispose]();
    }
  });

  it('stops cleanly', async () => {
    explainFailure();
    for (const service of constellation.all.toReversed()) expect(await service.stop()).toBe(0);
  });
});
