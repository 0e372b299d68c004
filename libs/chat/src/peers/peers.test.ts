import { Injectable, Module } from '@nestjs/common';
import { createServer, type AddressInfo } from 'node:net';
import { ERRORS, ParleyError } from '@parley/contracts';
import { bootstrap, listenConfig, loadConfig, serverConfig, type RunningApp } from '@parley/runtime';
import { startTracing } from '@parley/telemetry';
import { OtlpReceiver } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RoomAccess, type LostAccess, type Membership, type RoomFacts, type RoomQuestion } from '../rooms/room-access.js';
import { PeerAnswersModule } from './peer-answers.module.js';
import { connectPeer } from './peer-client.js';
import { cookieAccountsPort, roomAccessPort } from './port-contracts.js';

const CREDENTIAL = 'a credential that only services have';
const room = '01a1fc77-75da-7474-b68d-050d5948e87b';
const person = (n: number) => `01a1fc77-8b28-70c1-b952-15567400000${n}`;
const [alice, nobody, unlucky, confused, strict, busy, broken] = [
  person(1),
  person(2),
  person(3),
  person(4),
  person(5),
  person(6),
  person(7),
];
const facts: RoomFacts = {
  roomId: room,
  kind: 'room',
  visibility: 'public',
  isArchived: false,
  slowModeSeconds: 0,
  role: 'owner',
  isBanned: false,
  isMuted: false,
  isForEveryone: false,
  isAdministrator: false,
  memberCount: 2,
  memberRev: 2,
};

@Injectable()
class Rooms implements RoomAccess {
  async findFacts(_roomId: string, userId: string): Promise<RoomFacts | undefined> {
    if (userId === unlucky) throw new ParleyError('BANNED', { detail: 'not you' });
    if (userId === strict) throw new ParleyError('VALIDATION_FAILED', { detail: 'no', errors: [{ path: 'name', message: 'is long' }] });
    if (userId === busy) throw new ParleyError('RATE_LIMITED', { retryAfterMs: 1500 });
    if (userId === broken) throw new TypeError('a secret of the other side');
    if (userId === confused) return { ...facts, role: 'emperor' as never };
    return userId === alice ? facts : undefined;
  }
  async listFacts(questions: readonly RoomQuestion[]): Promise<(RoomFacts | null)[]> {
    return questions.map(({ userId }) => (userId === alice ? facts : null));
  }
  async listMemberships(): Promise<Membership[][]> {
    return [[{ roomId: room, role: 'owner' }]];
  }
  async listLostAccess(): Promise<LostAccess[]> {
    return [{ roomId: room, userId: nobody }];
  }
  async listMemberIds(): Promise<string[]> {
    return [alice, nobody];
  }
}

@Module({ providers: [Rooms], exports: [Rooms] })
class RoomsModule {}

describe('ports between services over HTTP', () => {
  let app: RunningApp;
  let url: string;
  let peer: RoomAccess;

  beforeAll(async () => {
    app = await bootstrap({
      module: PeerAnswersModule.for({ ports: [{ contract: roomAccessPort, by: Rooms }], imports: [RoomsModule], credential: CREDENTIAL }),
      config: loadConfig([serverConfig, listenConfig], { PORT: '0', PARLEY_LOG_LEVEL: 'silent' }),
    });
    url = `http://127.0.0.1:${app.port}`;
    peer = connectPeer(roomAccessPort, { url, credential: CREDENTIAL });
  });

  afterAll(() => app.close());

  const ask = (path: string, authorization: string | undefined, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${url}/internal/${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
      body: JSON.stringify(body),
    });

  it('answers as a direct call would, nothing included', async () => {
    await expect(peer.findFacts(room, alice)).resolves.toEqual(facts);
    await expect(peer.findFacts(room, nobody)).resolves.toBeUndefined();
    const questions = [nobody, alice].map((userId) => ({ roomId: room, userId }));
    await expect(peer.listFacts(questions)).resolves.toEqual([null, facts]);
    await expect(peer.listMemberIds(room)).resolves.toEqual([alice, nobody]);
  });

  it('passes a refusal on as the same error', async () => {
    await expect(peer.findFacts(room, unlucky)).rejects.toMatchObject({ code: 'BANNED', message: 'not you' });
  });

  it('passes on what a refusal says beside its code', async () => {
    const errors = [{ path: 'name', message: 'is long' }];
    await expect(peer.findFacts(room, strict)).rejects.toMatchObject({ code: 'VALIDATION_FAILED', message: 'no', errors });
    await expect(peer.findFacts(room, busy)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 1500 });
  });

  it('tells nobody what broke on the other side', async () => {
    await expect(peer.findFacts(room, broken)).rejects.toMatchObject({ code: 'UNAVAILABLE', message: ERRORS.UNAVAILABLE.message });
  });

  it('puts a question again when its connection fails, unless it must not be', async () => {
    let questions = 0;
    const dead = createServer((socket) => {
      questions += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => dead.listen(0, '127.0.0.1', resolve));
    const { port } = dead.address() as AddressInfo;
    const address = { url: `http://127.0.0.1:${port}`, credential: CREDENTIAL };
    await expect(connectPeer(roomAccessPort, address).findFacts(room, alice)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(questions).toBe(2);
    const visitor = { address: '198.51.100.1' };
    const attempt = connectPeer(cookieAccountsPort, address).login({ username: 'alice', password: 'secret' }, visitor);
    await expect(attempt).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(questions).toBe(3);
    dead.close();
  });

  it.each([
    ['no credential', undefined],
    ['another credential', 'Service guess'],
    ['a person', `Bearer ${CREDENTIAL}`],
  ])('refuses %s', async (_who, authorization) => {
    const response = await ask('room-access/findFacts', authorization, { args: [room, alice] });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('owner');
  });

  it('records an answer in the trace of a service that shows its credential, and nothing for anybody else', async () => {
    await using collector = await OtlpReceiver.start();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
    const tracing = await startTracing({ serviceName: 'parley-rooms', sampler: 'parentbased_always_on', ratio: 1 });
    vi.unstubAllEnvs();
    const [ours, guessed] = ['1'.repeat(32), '2'.repeat(32)];
    const within = (trace: string) => ({ traceparent: `00-${trace}-${'a'.repeat(16)}-01` });
    const question = { args: [room, alice] };
    await ask('room-access/findFacts', `Service ${CREDENTIAL}`, question, within(ours!));
    await ask('room-access/findFacts', `Service ${CREDENTIAL}`, question);
    await ask('room-access/findFacts', 'Service guess', question, within(guessed!));
    await ask('room-access/findFacts', undefined, question, within(guessed!));
    await ask('room-access/unknown', `Service ${CREDENTIAL}`, question, within(guessed!));
    await tracing[Symbol.asyncDispose]();
    expect(collector.spans).toMatchObject([{ name: 'answer room-access/findFacts', traceId: ours, parentSpanId: 'a'.repeat(16) }]);
  });

  it.each([
    ['room-access/findFacts', { args: [room] }, 400],
    ['room-access/findFacts', { args: [room, { $ne: null }] }, 400],
    ['room-access/findFacts', [], 400],
    ['room-access/constructor', { args: [] }, 404],
    ['room-access/toString', { args: [] }, 404],
    ['profiles/find', { args: [[]] }, 404],
  ])('refuses %s with %j', async (path, body, status) => {
    expect((await ask(path, `Service ${CREDENTIAL}`, body)).status).toBe(status);
  });

  it('is unavailable, and not the caller’s fault, when the services do not understand each other', async () => {
    await expect(peer.findFacts(room, confused)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(connectPeer(roomAccessPort, { url, credential: 'wrong' }).findFacts(room, alice)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    await expect(connectPeer(roomAccessPort, { url: 'http://127.0.0.1:1', credential: '' }).findFacts(room, alice)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});
