import { EmbeddedPostgres } from '@parley/db';
import { ChatClient, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProduct } from './support/build.js';
import { PathEdge } from './support/path-edge.js';
import { ServiceProcess } from './support/service-process.js';

/** Every service in a process of its own, asking the others over HTTP, on one Postgres. */
describe('services as processes of their own', () => {
  const opened: AsyncDisposable[] = [];
  const services: Record<'auth' | 'rooms' | 'messages' | 'gateway', ServiceProcess> = {} as never;
  let edge: PathEdge;

  beforeAll(async () => {
    await buildProduct();
    const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-services-'));
    const postgres = await EmbeddedPostgres.start({ dataDir, log: () => undefined, durable: false });
    opened.push({ [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true, maxRetries: 10 }) }, postgres);
    for (const name of ['auth', 'rooms', 'messages', 'gateway'] as const) {
      services[name] = await ServiceProcess.reserve(name, name === 'gateway' ? { PARLEY_GATEWAY_DRAIN_WINDOW_MS: '0' } : {});
      opened.push(services[name]);
    }
    const shared = {
      PARLEY_DATABASE_URL: postgres.url,
      PARLEY_SERVICE_CREDENTIAL: 'a-credential-for-tests-that-is-long-enough',
      PARLEY_AUTH_URL: services.auth.url,
      PARLEY_ROOMS_URL: services.rooms.url,
      PARLEY_MESSAGES_URL: services.messages.url,
      PARLEY_LOG_LEVEL: 'warn',
      PARLEY_MODE: 'embedded',
    };
    await Promise.all(Object.values(services).map((service) => service.start(shared)));
    edge = await PathEdge.start([
      [/^\/socket\.io\//, services.gateway.port],
      [/^\/api\/chat\/rooms\/[^/]+\/messages/, services.messages.port],
      [/^\/api\/chat\//, services.rooms.port],
      [/^\//, services.auth.port],
    ]);
    opened.push(edge);
  });

  afterAll(async () => {
    for (const each of opened.toReversed()) await each[Symbol.asyncDispose]();
  });

  it('register, open a room, send, and read what was sent', async () => {
    await using alice = new ChatClient({ url: edge.url });
    await using bob = new ChatClient({ url: edge.url });
    for (const person of [alice, bob]) {
      await person.register();
      await person.connect();
    }
    const room = await alice.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
    await expect(bob.emit('message:send', { roomId: room.id, clientMsgId: newClientMsgId(), text: 'not yet' })).rejects.toMatchObject({
      code: 'NOT_A_MEMBER',
    });
    await bob.http.call('POST /api/chat/rooms/{id}/join', { params: { id: room.id } });
    await bob.emit('room:open', { roomId: room.id });

    const sent = await alice.emit('message:send', { roomId: room.id, clientMsgId: newClientMsgId(), text: 'through four processes' });
    await expect
      .poll(async () => (await bob.http.call('GET /api/chat/rooms/{id}/messages', { params: { id: room.id } })).messages, {
        timeout: 10_000,
      })
      .toMatchObject([{ id: sent.messageId, seq: 1, text: 'through four processes', sender: { id: alice.http.user?.id } }]);
  });

  it('stop cleanly when asked to', async () => {
    for (const service of [services.gateway, services.messages, services.rooms, services.auth]) expect(await service.stop()).toBe(0);
  });
});
