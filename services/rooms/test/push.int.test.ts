import { randomUUID } from 'node:crypto';
import { MessageStored, SessionRevoked, type PushPayload, type User } from '@parley/contracts';
import { EventLog, PresenceStore } from '@parley/platform';
import { PushReceiver, eventually } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PushClient } from '../src/push/push-client.js';
import { PushService } from '../src/push/push.service.js';
import { PushWaitingRepository } from '../src/push/push-waiting.repository.js';
import { RoomsFixture, refusal } from './rooms-fixture.js';

/** Long enough to find what waits, short enough to wait for it. */
const DELAY_MS = 300;

describe.concurrent('push messages', () => {
  let fixture: RoomsFixture;
  let receiver: PushReceiver;

  beforeAll(async () => {
    receiver = await PushReceiver.start(() => fixture.get(PushService).key().publicKey!);
    fixture = await RoomsFixture.start({ PARLEY_PUSH_DELAY_MS: String(DELAY_MS), PARLEY_PUSH_PRIVATE_ADDRESSES: 'true' });
  });
  afterAll(async () => {
    await fixture?.[Symbol.asyncDispose]();
    await receiver?.[Symbol.asyncDispose]();
  });

  const arrive = async (): Promise<[User, User]> => {
    const [alice, bob] = [fixture.user({ displayName: 'Alice' }), fixture.user()];
    await fixture.people().meetAll([alice.id, bob.id]);
    return [alice, bob];
  };
  /** A session of somebody, whose browser takes push messages. */
  const newDevice = async ({ id }: User, language: 'en' | 'de' = 'en') => {
    const sessionId = randomUUID();
    const subscription = receiver.subscribe();
    await fixture.get(PushService).subscribe(sessionId, id, { ...subscription, language });
    return { sessionId, ...subscription };
  };
  const at = (endpoint: string) => receiver.receivedAt(endpoint).map(({ payload }) => payload as PushPayload);
  const titlesAt = (endpoint: string) => at(endpoint).map((payload) => ('read' in payload ? 'read' : payload.notification.title));
  const newRoom = async (alice: User, ...members: User[]) => {
    const room = await fixture.create(alice, `room ${randomUUID().slice(0, 13)}`, 'private');
    for (const { id } of members) {
      const { code } = await fixture.invites().create(alice.id, room.id, {});
      await fixture.invites().accept(id, code);
    }
    return room;
  };
  /** As both groups of consumers hear of it. */
  const store = async (roomId: string, sender: User, text: string, change: Partial<MessageStored['mentions']> = {}) => {
    const stored = fixture.history.store(roomId, sender.id, text);
    Object.assign(stored.mentions, change);
    await fixture.heads().advance([stored]);
    await fixture.get(PushWaitingRepository).add([stored], DELAY_MS);
    return stored;
  };
  const direct = async (a: User, b: User) => (await fixture.directs().open(a.id, b.id)).id;
  /** Everything that was put down for the device has been dealt with. */
  const settled = (sessionId: string) =>
    eventually(async () => {
      const rows = await fixture.query(`SELECT FROM rooms.push_devices WHERE session_id = $1 AND next_at IS NOT NULL`, [sessionId]);
      expect(rows).toEqual([]);
    });

  it('tell of private messages and mentions, with what is needed to open them, and of nothing else', async () => {
    const [alice, bob] = await arrive();
    const [device, room, chat] = [await newDevice(bob), await newRoom(alice, bob), await direct(alice, bob)];
    await store(room.id, alice, 'to nobody in particular');
    await store(room.id, alice, 'hello @bob', { userIds: [bob.id] });
    await store(chat, alice, 'just  between\nus');
    await store(chat, bob, 'my own words');
    await eventually(() => expect(titlesAt(device.endpoint)).toHaveLength(2));
    await settled(device.sessionId);
    const notes = at(device.endpoint).map((payload) => ('notification' in payload ? payload.notification : undefined));
    expect(notes).toEqual(
      expect.arrayContaining([
        {
          ...{ title: `Someone · ${room.name}`, body: 'hello @bob', tag: room.id, dir: 'auto' },
          ...{ navigate: `https://chat.example/chat/${room.id}/2`, data: { path: `/chat/${room.id}/2` } },
        },
        expect.objectContaining({ title: 'Someone', body: 'just between us', tag: chat, data: { path: `/chat/${chat}/1` } }),
      ]),
    );
    expect(receiver.receivedAt(device.endpoint)[0]!.headers).toMatchObject({
      urgency: 'high',
      ttl: '43200',
      topic: expect.stringMatching(/^[\w-]{32}$/) as string,
    });
  });

  it('are counted where several wait, and dropped for what was read, muted, deleted or taken away meanwhile', async () => {
    const [alice, bob] = await arrive();
    const device = await newDevice(bob);
    const rooms = await Promise.all([0, 1, 2, 3, 4].map(() => newRoom(alice, bob)));
    const [read, muted, deleted, removed, several] = rooms.map(({ id }) => id) as [string, string, string, string, string];
    const named = { userIds: [bob.id] };
    const gone = await store(deleted, alice, 'a secret', named);
    for (const id of [read, muted, removed, several, several]) await store(id, alice, 'hello', named);
    fixture.history.deleted.add(gone.messageId);
    await fixture.markers().markRead(read, bob.id, 1);
    await fixture.notifications().set(bob.id, muted, { notify: 'all', mutedUntil: new Date(Date.now() + 60_000).toISOString() });
    await fixture.admin().remove(alice.id, removed, bob.id);
    await settled(device.sessionId);
    expect(titlesAt(device.endpoint)).toEqual([`Someone · ${rooms[4]!.name} (2)`]);
  });

  it('are for everyone but those who want none, and not for who is looking anyway', async () => {
    const [alice, bob] = await arrive();
    const carol = fixture.user();
    const room = await newRoom(alice, bob, carol);
    const [device, quiet, own] = [await newDevice(bob), await newDevice(carol), await newDevice(alice)];
    await fixture.notifications().set(carol.id, room.id, { notify: 'none' });
    await store(room.id, alice, '@everyone', { everyone: true });
    await eventually(() => expect(titlesAt(device.endpoint)).toHaveLength(1));
    const socket = { gatewayId: 'gateway', socketId: randomUUID(), userId: bob.id };
    await fixture.get(PresenceStore).connect({ ...socket, state: 'online' });
    await store(room.id, alice, '@everyone', { everyone: true });
    await settled(device.sessionId);
    await fixture.get(PresenceStore).disconnect(socket);
    expect([device, quiet, own].map(({ endpoint }) => titlesAt(endpoint).length)).toEqual([1, 0, 0]);
  });

  it('are taken back on every device when the message was read', async () => {
    const [alice, bob] = await arrive();
    const [first, second, chat] = [await newDevice(bob), await newDevice(bob), await direct(alice, bob)];
    await store(chat, alice, 'hello');
    await eventually(() => expect([first, second].map(({ endpoint }) => titlesAt(endpoint).length)).toEqual([1, 1]));
    await fixture.markers().markRead(chat, bob.id, 1);
    for (const { endpoint } of [first, second])
      await eventually(() => expect(at(endpoint).at(-1)).toEqual({ read: [chat] }), { timeoutMs: 10_000 });
    const [note, read] = receiver.receivedAt(first.endpoint);
    expect(read!.headers['topic']).toBe(note!.headers['topic']);
  });

  it('of many rooms at a time are one, in the language of the reader', async () => {
    const [alice, bob] = await arrive();
    const [device, rooms] = [await newDevice(bob, 'de'), await Promise.all([0, 1, 2, 3].map(() => newRoom(alice, bob)))];
    for (const { id } of rooms) await store(id, alice, 'hello', { userIds: [bob.id] });
    await settled(device.sessionId);
    const [payload] = at(device.endpoint);
    expect(at(device.endpoint)).toHaveLength(1);
    expect(payload).toMatchObject({ notification: { title: '4 neue Nachrichten', tag: 'summary', data: { path: '/chat' } } });
  });

  it('are capped per minute: what is too much waits', async () => {
    const [alice, bob] = await arrive();
    const [device, chat] = [await newDevice(bob), await direct(alice, bob)];
    for (let count = 1; count <= 5; count += 1) {
      await store(chat, alice, `message ${count}`);
      await eventually(async () => {
        const [row] = await fixture.query<{ is_served: boolean }>(
          `SELECT next_at IS NULL OR next_at > now() + interval '2 seconds' AS is_served FROM rooms.push_devices WHERE session_id = $1`,
          [device.sessionId],
        );
        expect(row?.is_served).toBe(true);
      });
    }
    expect(titlesAt(device.endpoint)).toHaveLength(4);
    expect(await fixture.query(`SELECT seq FROM rooms.push_waiting WHERE session_id = $1`, [device.sessionId])).toEqual([{ seq: '5' }]);
  });

  it('are tried again where the push service is in trouble, and no more where the browser is gone', async () => {
    const [alice, bob] = await arrive();
    const [device, chat] = [await newDevice(bob), await direct(alice, bob)];
    receiver.answer(device.endpoint, 503);
    await store(chat, alice, 'hello');
    const device1 = () =>
      fixture.query<{ failures: number }>(`SELECT failures FROM rooms.push_devices WHERE session_id = $1`, [device.sessionId]);
    await eventually(async () => expect(await device1()).toEqual([{ failures: 1 }]));
    receiver.answer(device.endpoint, 201);
    await fixture.query(`UPDATE rooms.push_devices SET next_at = now() WHERE session_id = $1`, [device.sessionId]);
    await eventually(async () => expect(await device1()).toEqual([{ failures: 0 }]));
    expect(titlesAt(device.endpoint)).toEqual(['Someone']);
    receiver.drop(device.endpoint);
    await store(chat, alice, 'hello again');
    await eventually(async () => expect(await device1()).toEqual([]));
  });

  it('end with the session, and move with the browser to who logs in there next', async () => {
    const [, bob] = await arrive();
    const [device, carol] = [await newDevice(bob), fixture.user()];
    const at = new Date().toISOString();
    const log = fixture.get(EventLog);
    await log.append(SessionRevoked, { userId: bob.id, sessionId: device.sessionId, reason: 'logout', at });
    const owners = (endpoint: string) =>
      fixture.query<{ user_id: string }>(`SELECT user_id FROM rooms.push_devices WHERE endpoint = $1`, [endpoint]);
    await eventually(async () => expect(await owners(device.endpoint)).toEqual([]));
    const another = await newDevice(bob);
    const { endpoint, keys } = another;
    await fixture.get(PushService).subscribe(randomUUID(), carol.id, { endpoint, keys, language: 'en' });
    expect(await owners(endpoint)).toEqual([{ user_id: carol.id }]);
  });

  it('go through the log, even when this is the first that is heard of the private chat', async () => {
    const [alice, bob] = await arrive();
    const [device, chat] = [await newDevice(bob), await direct(alice, bob)];
    await fixture.get(EventLog).append(MessageStored, fixture.history.store(chat, alice.id, 'the very first'));
    await eventually(() => expect(titlesAt(device.endpoint)).toEqual(['Someone']));
  });

  it('go through the log for mentions, too, and for nothing else of a room', async () => {
    const [alice, bob] = await arrive();
    const [device, ...rooms] = await Promise.all([newDevice(bob), ...[0, 1, 2].map(() => newRoom(alice, bob))]);
    const mentions = [[], [bob.id], []].map((userIds, index) => ({ userIds, everyone: index === 2 }));
    const facts = rooms.map(({ id }, index) => ({ ...fixture.history.store(id, alice.id, 'in a room'), mentions: mentions[index]! }));
    await fixture.get(EventLog).appendAll(MessageStored, facts);
    const told = rooms.slice(1).map(({ name }) => `Someone · ${name}`);
    await eventually(() => expect(titlesAt(device.endpoint).toSorted()).toEqual(told.toSorted()));
  });

  it('have one key for all processes of the installation', async () => {
    await using another = await fixture.startAnother();
    expect(another.get(PushService).key()).toEqual(fixture.get(PushService).key());
  });
});

describe('addresses of push services', () => {
  it('are public ones with TLS: others are refused when they are named, and when they are connected to', async () => {
    await using fixture = await RoomsFixture.start({});
    await using receiver = await PushReceiver.start(() => '');
    const push = fixture.get(PushService);
    const { endpoint, keys } = receiver.subscribe();
    const subscribe = (change: object) =>
      refusal(push.subscribe(randomUUID(), randomUUID(), { endpoint: 'https://push.example.org/x', keys, language: 'en', ...change }));
    for (const wrong of [endpoint, 'https://10.0.0.1/x', 'https://localhost/x'])
      expect(await subscribe({ endpoint: wrong })).toBe('VALIDATION_FAILED');
    expect(await subscribe({ keys: { ...keys, p256dh: 'B'.repeat(87) } })).toBe('VALIDATION_FAILED');

    const client = fixture.get(PushClient);
    const message = { payload: '{}', urgency: 'high' as const };
    expect(await client.send({ endpoint, ...keys }, message)).toEqual({ kind: 'refused' });
    const named = `https://localhost:${new URL(endpoint).port}/push`;
    expect(await client.send({ endpoint: named, ...keys }, message)).toEqual({ kind: 'failed' });
    expect(receiver.requests).toBe(0);
  });

  it('are not asked for where nothing is sent', async () => {
    await using fixture = await RoomsFixture.start();
    const { keys } = { keys: { p256dh: '', auth: '' } };
    expect(fixture.get(PushService).key()).toEqual({ publicKey: null });
    expect(await refusal(fixture.get(PushService).subscribe(randomUUID(), randomUUID(), { endpoint: '', keys, language: 'en' }))).toBe(
      'NOT_FOUND',
    );
  });
});
