import { ChatClient, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { ChangingCrowd } from './support/changing-crowd.js';
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

  it('tells everybody at either gateway what became of a message, and answers with the rev', { timeout: 60_000 }, async () => {
    explainFailure();
    const people = Array.from({ length: 4 }, () => new ChatClient({ url: constellation.url }));
    const [alice, bob] = people as [ChatClient, ChatClient];
    try {
      await Promise.all(people.map((person) => person.register()));
      const { id: roomId } = await alice.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
      for (const person of people) {
        await person.http.call('POST /api/chat/rooms/{id}/join', { params: { id: roomId } });
        await person.connect();
        await person.openRoom(roomId);
      }
      const { messageId } = await alice.emit('message:send', { roomId, clientMsgId: newClientMsgId(), text: 'hello' });
      expect(await alice.emit('message:edit', { roomId, messageId, text: 'hello, world' })).toEqual({ rev: 1 });
      for (const _ of [1, 2]) expect(await bob.emit('message:react', { roomId, messageId, emoji: '👍', on: true })).toEqual({ rev: 2 });
      await expect(bob.emit('message:delete', { roomId, messageId })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const isKnown = (person: ChatClient, rev: number) =>
        person.timeline(roomId).messages.some((message) => message.id === messageId && message.rev === rev);
      for (const person of people) await expect.poll(() => isKnown(person, 2), { timeout: 2_000, interval: 10 }).toBe(true);
      expect(await alice.emit('message:delete', { roomId, messageId })).toEqual({ rev: 3 });
      await expect(alice.emit('message:edit', { roomId, messageId, text: 'back' })).rejects.toMatchObject({ code: 'MESSAGE_DELETED' });
      for (const person of people) await expect.poll(() => isKnown(person, 3), { timeout: 2_000, interval: 10 }).toBe(true);
    } finally {
      for (const person of people) await person[Symbol.asyncDispose]();
    }
  });

  it('keeps every promise while its processes are killed and replaced under load', { timeout: 120_000 }, async () => {
    explainFailure();
    console.log(`CRASH_SEED=${random.seed}`);
    await using crowd = await Crowd.gather(constellation.url, random);
    await using changing = await ChangingCrowd.gather([constellation.url], random);
    crowd.write(MESSAGES_PER_SECOND);
    changing.live();
    const { gateway, messages, rooms, auth } = constellation.processes;
    for (const victim of [messages[0]!, gateway[0]!, messages[1]!, gateway[1]!, rooms[0]!, auth[0]!]) {
      await delay(random.between(700, 1_800)); // the moment is what is tested
      await victim.kill();
      await constellation.restart(victim);
    }
    await delay(1_000);
    await Promise.all([crowd.fallSilent(), changing.fallSilent()]);
    const { counts } = await crowd.assertWhole();
    expect(counts.acked).toBe(counts.attempted);
    expect(counts.stored).toBe(counts.attempted);
    expect(counts.rejected).toBe(0);
    expect(counts.attempted).toBeGreaterThan(200);
    console.log(await changing.assertEqual());
    expect(changing.answered).toBeGreaterThan(50);
  });

  it('stops cleanly', async () => {
    explainFailure();
    const codes = await Promise.all(constellation.all.map(async (service) => [service.name, await service.stop()]));
    expect(codes.filter(([, code]) => code !== 0)).toEqual([]);
  });
});
