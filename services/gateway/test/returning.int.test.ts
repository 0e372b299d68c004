import { eventually } from '@parley/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayFixture, type TestClient } from './gateway-fixture.js';

const PEOPLE = 50;
const ROOMS = 200;

/** What a crowd costs the services around when it comes back at once, everybody with as many rooms as one resume may have. */
describe('a crowd that comes back', () => {
  let gateway: GatewayFixture;
  let roomIds: string[];
  const userIds = Array.from({ length: PEOPLE }, () => randomUUID());

  beforeAll(async () => {
    gateway = await GatewayFixture.start({}, 0, { isCaching: true });
    roomIds = Array.from({ length: ROOMS }, () => gateway.world.addRoom({ visibility: 'private', members: userIds }));
    for (const roomId of roomIds) gateway.world.store(roomId, userIds[0]!, 'hello');
  });

  afterAll(() => gateway[Symbol.asyncDispose]());

  const comeBack = async (): Promise<TestClient[]> => {
    for (const question of Object.keys(gateway.world.asked)) gateway.world.asked[question] = 0;
    const clients = await Promise.all(userIds.map((userId) => gateway.connect(userId)));
    const rooms = roomIds.map((roomId) => ({ roomId, epoch: 1, lastSeq: 1 }));
    const answers = await Promise.all(clients.map((client) => client.get('rooms:sync', { rooms })));
    for (const answer of answers) expect(answer.rooms.filter((room) => 'head' in room && room.recovered)).toHaveLength(ROOMS);
    return clients;
  };

  const questions = () => Object.values(gateway.world.asked).reduce((sum, count) => sum + count, 0);

  it('asks at most one question for five people, with two hundred rooms each', { timeout: 30_000 }, async () => {
    const clients = await comeBack();
    console.log(`${PEOPLE} people with ${ROOMS} rooms each, never seen before: ${JSON.stringify(gateway.world.asked)}`);
    // Nothing is known of them here, as after the loss of another gateway.
    expect(questions()).toBeLessThanOrEqual(PEOPLE * 0.4);

    for (const client of clients) client.socket.io.engine.close();
    await eventually(() => clients.every((client) => client.ended !== undefined));
    await comeBack();
    console.log(`the same again: ${JSON.stringify(gateway.world.asked)}`);
    expect(questions()).toBeLessThanOrEqual(PEOPLE * 0.2);
  });

  it('still tells each room by itself', async () => {
    const [client] = await comeBack();
    gateway.world.broken.add('listReadSeqs');
    const before = await client!.get('rooms:sync', { rooms: [{ roomId: roomIds[0], epoch: 1, lastSeq: 1 }] });
    expect(before.rooms).toEqual([{ roomId: roomIds[0], error: { code: 'UNAVAILABLE' } }]);
    gateway.world.broken.clear();
    const rooms = [roomIds[1]!, randomUUID()].map((roomId) => ({ roomId, epoch: 1, lastSeq: 0 }));
    const { rooms: answers } = await client!.get('rooms:sync', { rooms });
    expect(answers.map((room) => ('error' in room ? room.error.code : room.messages.length))).toEqual([1, 'ROOM_NOT_FOUND']);
  });
});
