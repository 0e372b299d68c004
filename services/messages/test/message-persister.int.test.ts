import { randomUUID } from 'node:crypto';
import { type Profiles, messageIdOf } from '@parley/chat';
import { MessagePosted, MessageStored, type MessagePosted as Posted, type ServerPayload, type User } from '@parley/contracts';
import { createTestDatabase, type TestDatabase } from '@parley/db/testing';
import { PostgresEventLog, RoomFanout, logSchema } from '@parley/platform';
import { Metrics } from '@parley/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChangeRepository } from '../src/changing/change.repository.js';
import { ChangeSignal } from '../src/changing/change-signal.js';
import { MessagesDatabase, messagesSchema } from '../src/db/messages.database.js';
import { HistoryRepository } from '../src/history/history.repository.js';
import { HistoryService } from '../src/history/history.service.js';
import { MessageViewService } from '../src/history/message-view.service.js';
import { MentionDirectory } from '../src/people/mention-directory.service.js';
import { PeopleRepository } from '../src/people/people.repository.js';
import { SenderDirectory } from '../src/people/sender-directory.service.js';
import { ActivityNotices } from '../src/storing/activity-notices.js';
import { MessageBatchRepository } from '../src/storing/message-batch.repository.js';
import { MessageConsumer } from '../src/storing/message.consumer.js';
import { MessagePersister } from '../src/storing/message.persister.js';
import { StoredAnnouncer } from '../src/storing/stored-announcer.js';
import { StoredMessages } from '../src/storing/stored-messages.service.js';
import { StoredSignal } from '../src/storing/stored-signal.js';
import { StoringMetrics } from '../src/storing/storing-metrics.js';

const alice: User = {
  id: randomUUID(),
  username: 'alice',
  displayName: 'Alice',
  avatarUrl: '/a',
  bio: '',
  status: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  roles: [],
};

/** Writes down what would reach sockets and other processes. */
class RecordingFanout extends RoomFanout {
  readonly batches: ServerPayload<'messages'>[] = [];
  readonly notices: unknown[] = [];
  attach(): void {}
  toSockets(_channel: string, event: string, payload: unknown): void {
    if (event === 'messages') this.batches.push(payload as ServerPayload<'messages'>);
  }
  toProcesses(_subject: string, payload: unknown): void {
    this.notices.push(payload);
  }
  listen(): () => void {
    return () => undefined;
  }
  onInterrupted(): () => void {
    return () => undefined;
  }
}

const post = (roomId: string, text: string, more: Partial<Posted> = {}): Posted => {
  const clientMsgId = more.clientMsgId ?? randomUUID();
  const acceptedAt = new Date().toISOString();
  const messageId = messageIdOf(alice.id, roomId, clientMsgId);
  return {
    messageId,
    roomId,
    senderId: alice.id,
    clientMsgId,
    text,
    replyTo: null,
    attachments: [],
    acceptedAt,
    mayMentionEveryone: false,
    ...more,
  };
};

describe('the way of an accepted message', () => {
  let testDatabase: TestDatabase;
  let database: MessagesDatabase;
  let log: PostgresEventLog;
  let consumer: MessageConsumer;
  let persister: MessagePersister;
  let history: HistoryService;
  let stored: StoredMessages;
  const fanout = new RecordingFanout();
  const facts: { roomId: string; seq: number }[] = [];
  const askedFor: string[][] = [];

  beforeAll(async () => {
    testDatabase = await createTestDatabase([logSchema, messagesSchema]);
    database = new MessagesDatabase({ url: testDatabase.url }, messagesSchema);
    await database.open();
    log = await PostgresEventLog.open({ url: testDatabase.url });
    const profiles: Profiles = { find: async (ids) => (askedFor.push([...ids]), ids.includes(alice.id) ? [alice] : []) };
    const repository = new HistoryRepository(database);
    const people = new PeopleRepository(database);
    const view = new MessageViewService(new SenderDirectory(people, profiles), repository);
    history = new HistoryService(repository, view);
    const signal = new StoredSignal();
    stored = new StoredMessages(history, signal);
    const announcer = new StoredAnnouncer(log);
    persister = new MessagePersister(
      new MessageBatchRepository(database, new ChangeRepository()),
      new MentionDirectory(people),
      view,
      fanout,
      new ActivityNotices(fanout),
      signal,
      new ChangeSignal(),
      announcer,
      new StoringMetrics(new Metrics()),
    );
    consumer = new MessageConsumer(log, persister, announcer);
    await log.tail({ topic: 'chat.stored', events: [MessageStored], handle: ({ payload }) => void facts.push(payload) });
    await consumer.onApplicationBootstrap();
  });

  afterAll(async () => {
    await consumer.beforeApplicationShutdown();
    await log.close();
    await database.close();
    await testDatabase.drop();
  });

  it('ends in the room, in the live stream and in the log of stored facts', async () => {
    const room = randomUUID();
    const posts = ['one', 'two', 'three'].map((text) => post(room, text));
    for (const posted of posts) await log.append(MessagePosted, posted);
    const last = await stored.wait(room, posts[2]!.messageId);
    expect(last).toMatchObject({ seq: 3, text: 'three', sender: { id: alice.id, displayName: 'Alice' }, createdAt: posts[2]!.acceptedAt });

    const page = await history.page(room, { newest: true }, 50);
    expect(page).toMatchObject({ head: 3, epoch: 1, hasMoreBefore: false, hasMoreAfter: false });
    const live = fanout.batches.filter((batch) => batch.roomId === room).flatMap((batch) => batch.messages);
    expect(live).toEqual(page.messages);
    await expect.poll(() => facts.filter((fact) => fact.roomId === room).map((fact) => fact.seq)).toEqual([1, 2, 3]);
    await expect
      .poll(() => JSON.stringify(fanout.notices))
      .toContain(`"roomId":"${room}","head":3,"preview":"three","senderId":"${alice.id}"`);
  });

  it('is repeated after a crash without a second row or another place', async () => {
    const room = randomUUID();
    const posts = [post(room, 'a'), post(room, 'b')];
    await persister.persist(posts);
    await persister.persist([...posts, post(room, 'c')]);
    const page = await history.page(room, { newest: true }, 50);
    expect(page.messages.map(({ seq, text }) => [seq, text])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    const seen = fanout.batches.filter((batch) => batch.roomId === room).map((batch) => batch.messages.map(({ seq, text }) => [seq, text]));
    expect(seen).toEqual([
      [
        [1, 'a'],
        [2, 'b'],
      ],
      [
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ],
    ]);
  });

  it('quotes the message that is replied to, cut to 200 characters', async () => {
    const room = randomUUID();
    const original = post(room, '😀'.repeat(300));
    await persister.persist([original]);
    await persister.persist([post(room, 'answer', { replyTo: original.messageId })]);
    const page = await history.page(room, { newest: true }, 1);
    expect(page.messages[0]?.replyTo).toEqual({
      id: original.messageId,
      seq: 1,
      sender: expect.objectContaining({ username: 'alice' }) as unknown,
      text: '😀'.repeat(200),
      rev: 0,
      deletedAt: null,
    });
  });

  it('asks for an unknown sender once and shows nobody where there is none', async () => {
    const room = randomUUID();
    const nobody = randomUUID();
    await persister.persist([post(room, 'from nobody', { senderId: nobody }), post(room, 'from alice')]);
    const page = await history.page(room, { newest: true }, 50);
    expect(page.messages.map((message) => message.sender?.username ?? null)).toEqual([null, 'alice']);
    expect(askedFor.filter((ids) => ids.includes(alice.id))).toHaveLength(1);
  });

  it('answers undefined when nothing is stored in time', async () => {
    await expect(stored.wait(randomUUID(), randomUUID())).resolves.toBeUndefined();
  });
});
