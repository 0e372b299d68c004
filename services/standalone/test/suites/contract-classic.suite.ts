import { eventually, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Constellation } from './support/constellation.js';
import { OldClient, type OldSocket } from './support/old-client.js';
import { areEnginesThere, engines } from './support/real-stack.js';

/** The routes of the web service and the events of two gateways, each in a process of its own, on real Kafka and Redis. */
describe.skipIf(!areEnginesThere)('old clients in distributed mode', () => {
  let constellation: Constellation;
  const clients: OldClient[] = [];

  beforeAll(async () => {
    constellation = await Constellation.start({ auth: 1, rooms: 1, messages: 1, gateway: 2, web: 1 }, await engines());
  });

  afterAll(async () => {
    for (const client of clients) client[Symbol.dispose]();
    await constellation?.[Symbol.asyncDispose]();
  });

  const newClient = async (): Promise<OldClient> => {
    const client = new OldClient(constellation.url);
    clients.push(client);
    return client.register();
  };

  it('chat with each other at both gateways, in one order', { timeout: 60_000 }, async () => {
    // The edge takes turns, so four sockets are spread over both gateways.
    const people = [await newClient(), await newClient(), await newClient(), await newClient()];
    const sockets: OldSocket[] = [];
    for (const person of people) sockets.push(await person.connect());
    const room = uniqueRoomName('Old');
    for (const { ask } of sockets) expect(await ask('join', { room })).toMatchObject({ ok: true, data: { room } });
    await eventually(() => sockets[0]!.of('notification').length === 3, { describe: 'who came after is told at every gateway' });
    for (let round = 0; round < 5; round += 1)
      for (const [index, { socket }] of sockets.entries()) socket.emit('send_message', { room, message: `${index} in round ${round}` });
    const heardBy = ({ of }: OldSocket) => of('receive_message').map(({ seq, message }) => `${String(seq)} ${String(message)}`);
    for (const each of sockets) await eventually(() => heardBy(each).length === 20, { timeoutMs: 15_000, describe: 'everyone heard all' });
    for (const each of sockets) expect(heardBy(each)).toEqual(heardBy(sockets[0]!));
    expect(sockets[0]!.of('receive_message').map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('use the routes, which the web process asks the other services for', { timeout: 60_000 }, async () => {
    const [alice, bob] = [await newClient(), await newClient()];
    const chat = (await alice.json<{ id: string; name: string }[]>('/chats')).find(({ name }) => name === bob.username)!;
    expect((await alice.postJson('/send_message', { chat_id: chat.id, message_text: 'through five processes' })).status).toBe(200);
    expect(await bob.json(`/get_messages/${chat.id}`)).toMatchObject([
      { username: alice.username, message_text: 'through five processes' },
    ]);
    const wrong = await bob.postForm('/login', { username: alice.username, password: 'not hers' });
    expect(wrong.headers.get('location')).toBe('/login?error=INVALID_CREDENTIALS');
    const taken = await bob.postJson('/register', { username: alice.username, password: bob.password });
    expect([taken.status, ((await taken.json()) as { code: string }).code]).toEqual([409, 'USERNAME_TAKEN']);
    const invalid = await bob.postJson('/register', { username: 'someone_new', password: 'password' });
    expect([invalid.status, ((await invalid.json()) as { code: string }).code]).toEqual([400, 'VALIDATION_FAILED']);
    const { socket } = await bob.connect();
    await bob.fetch('/logout');
    await eventually(() => !socket.connected, { timeoutMs: 2_000, describe: 'the socket is cut' });
  });
});
