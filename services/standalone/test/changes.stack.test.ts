import { ChatClient, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { Constellation } from './support/constellation.js';
import { Random } from './support/random.js';
import { ReadMarkers } from './support/read-markers.js';
import { areEnginesThere, engines } from './support/real-stack.js';

const EMOJI = ['👍', '❤️', '🎉', '😂'];

/** Messages that change on real Kafka and Redis: two gateways, two messages processes. */
describe.skipIf(!areEnginesThere)('messages that change, distributed', () => {
  const random = new Random();
  let constellation: Constellation;
  const people: ChatClient[] = [];
  /** Of the same people, where nothing is done but reading. */
  const phones: ChatClient[] = [];
  let roomId: string;

  beforeAll(async () => {
    constellation = await Constellation.start({ auth: 1, rooms: 1, messages: 2, gateway: 2 }, await engines());
    // The edge takes turns, so four connections are spread over both gateways.
    for (let made = 0; made < 4; made += 1) {
      const person = new ChatClient({ url: constellation.url });
      people.push(person);
      await person.register();
      await person.connect();
    }
    roomId = (await people[0]!.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } })).id;
    for (const person of people) {
      await person.http.call('POST /api/chat/rooms/{id}/join', { params: { id: roomId } });
      await person.openRoom(roomId);
      const phone = await new ChatClient({ url: constellation.url }).login(person.http.user!.username);
      phones.push(phone);
      await phone.connect();
      await phone.openRoom(roomId);
    }
  }, 150_000); // six processes begin, and people come in through all of them

  afterAll(async () => {
    for (const device of [...people, ...phones]) await device[Symbol.asyncDispose]();
    await constellation?.[Symbol.asyncDispose]();
  });

  const explainFailure = () =>
    onTestFailed(() => {
      console.error(`CRASH_SEED=${random.seed}`);
      for (const service of constellation.all) console.error(`${service.name} (${service.port}):\n${service.logs.slice(-20).join('\n')}`);
    });
  const stored = async () => (await people[0]!.history(roomId, { after: '0', limit: '200' })).messages;

  /** Whatever came doubled, late or not at all: everybody holds what storage holds. */
  async function everybodyAgrees(): Promise<void> {
    for (const person of [...people, ...phones])
      await eventually(
        async () => {
          expect(person.timeline(roomId).messages).toEqual(await stored());
          return true;
        },
        { timeoutMs: 30_000, intervalMs: 300 },
      );
  }

  it('tells everybody at either gateway, and answers with the rev', { timeout: 60_000 }, async () => {
    explainFailure();
    const [alice, bob] = people as [ChatClient, ChatClient];
    const { messageId } = await alice.emit('message:send', { roomId, clientMsgId: newClientMsgId(), text: 'hello' });
    expect(await alice.emit('message:edit', { roomId, messageId, text: 'hello, world' })).toEqual({ rev: 1 });
    expect(await bob.emit('message:react', { roomId, messageId, emoji: '👍', on: true })).toEqual({ rev: 2 });
    expect(await bob.emit('message:react', { roomId, messageId, emoji: '👍', on: true })).toEqual({ rev: 2 });
    await expect(bob.emit('message:delete', { roomId, messageId })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    for (const person of people)
      await eventually(() => person.timeline(roomId).messages.some((message) => message.id === messageId && message.rev === 2), {
        timeoutMs: 3_000,
      });
    expect(await alice.emit('message:delete', { roomId, messageId })).toEqual({ rev: 3 });
    await expect(alice.emit('message:edit', { roomId, messageId, text: 'back' })).rejects.toMatchObject({ code: 'MESSAGE_DELETED' });
    await everybodyAgrees();
  });

  it('ends equal everywhere while processes are killed and replaced', { timeout: 180_000 }, async () => {
    explainFailure();
    const own = new Map<ChatClient, string[]>(people.map((person) => [person, []]));
    let isRunning = true;
    let answered = 0;
    // Retries make sense for all of these: what is there already changes nothing.
    const persistently = async (work: () => Promise<unknown>) => {
      for (;;)
        try {
          await work();
          answered += 1;
          return;
        } catch (error) {
          const code = (error as { code?: string }).code;
          if (code === 'MESSAGE_DELETED' || code === 'VALIDATION_FAILED') return;
          if (code !== undefined && !(error as { isRetryable?: boolean }).isRetryable) throw error;
          await delay(100);
        }
    };
    const live = async (person: ChatClient) => {
      const mine = own.get(person)!;
      for (let round = 0; isRunning; round += 1) {
        const choice = mine.length === 0 ? 0 : random.between(0, 9);
        const messageId = mine.length > 0 ? random.pick(mine) : '';
        if (choice < 3 && mine.length < 40) mine.push((await person.sendReliably({ roomId, text: `message ${round}` })).messageId);
        else if (choice < 6) await persistently(() => person.emit('message:edit', { roomId, messageId, text: `edit ${round}` }));
        else if (choice === 9 && round % 7 === 0) await persistently(() => person.emit('message:delete', { roomId, messageId }));
        else {
          const others = own.get(random.pick(people))!;
          const target = others.length > 0 ? random.pick(others) : messageId;
          const on = random.next() < 0.7;
          await persistently(() => person.emit('message:react', { roomId, messageId: target, emoji: random.pick(EMOJI), on }));
        }
        await delay(20);
      }
    };
    const markers = new ReadMarkers(roomId, random);
    for (const device of [...people, ...phones]) markers.watch(device);
    const read = async (device: ChatClient) => {
      for (; isRunning; await delay(random.between(100, 300))) await markers.move(device).catch(() => undefined); // one that is lost is moved again
    };
    const living = [...people.map(live), ...people.map(read), ...phones.map(read)];
    const { gateway, messages } = constellation.processes;
    for (const victim of [messages[0]!, gateway[0]!, messages[1]!, gateway[1]!]) {
      await delay(random.between(900, 1_800)); // the moment is what is tested
      await victim.kill();
      await constellation.restart(victim);
    }
    await delay(1_000);
    isRunning = false;
    await Promise.all(living);
    await everybodyAgrees();
    const messagesNow = await stored();
    for (const person of people) await eventually(async () => expect(await markers.storedOf(person)).toBe(markers.highestOf(person)));
    console.log(`differences 0, backward moves ${markers.backwardMoves}, of ${answered} changes and ${markers.moves} read markers`);
    expect([markers.backwardMoves, markers.moves > 50]).toEqual([0, true]);
    expect(messagesNow.map(({ seq }) => seq)).toEqual(messagesNow.map((_, index) => index + 1));
    expect(messagesNow.filter(({ rev }) => rev > 0).length).toBeGreaterThan(10);
    expect(answered).toBeGreaterThan(50);
  });
});
