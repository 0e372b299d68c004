import { randomUUID } from 'node:crypto';
import { messageIdOf } from '@parley/chat';
import { createTestDatabase, type TestDatabase } from '@parley/db/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChangeRepository } from '../src/changing/change.repository.js';
import { MessagesDatabase, messagesSchema } from '../src/db/messages.database.js';
import { MessageBatchRepository } from '../src/storing/message-batch.repository.js';
import type { PostedMessage } from '../src/storing/message-row.js';

const post = (roomId: string, senderId: string, clientMsgId: string = randomUUID(), text = `text of ${clientMsgId}`): PostedMessage => ({
  messageId: messageIdOf(senderId, roomId, clientMsgId),
  roomId,
  senderId,
  clientMsgId,
  text,
  replyTo: null,
  attachments: [],
  acceptedAt: new Date().toISOString(),
  mayMentionEveryone: false,
  mentions: null,
});

describe('MessageBatchRepository', () => {
  let testDatabase: TestDatabase;
  let database: MessagesDatabase;
  let repository: MessageBatchRepository;

  beforeAll(async () => {
    testDatabase = await createTestDatabase([messagesSchema]);
    database = new MessagesDatabase({ url: testDatabase.url, poolSize: 12 }, messagesSchema);
    await database.open();
    repository = new MessageBatchRepository(database, new ChangeRepository());
  });

  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  const stored = (roomId: string) =>
    database.query<{ seq: string; client_msg_id: string; text: string }>(
      `SELECT seq, client_msg_id, text FROM messages.messages WHERE room_id = $1 ORDER BY seq`,
      [roomId],
    );

  it('gives each room its own dense sequence, in the order of the batch', async () => {
    const [a, b, alice] = [randomUUID(), randomUUID(), randomUUID()];
    await repository.store([post(a, alice, '1'), post(b, alice, '2'), post(a, alice, '3')]);
    const rooms = await repository.store([post(a, alice, '4'), post(b, alice, '5')]);
    expect(new Map(rooms.map(({ roomId, rows }) => [roomId, rows.map(({ seq, clientMsgId }) => [seq, clientMsgId])]))).toEqual(
      new Map([
        [a, [[3, '4']]],
        [b, [[2, '5']]],
      ]),
    );
    expect((await stored(a)).map((row) => [row.seq, row.client_msg_id])).toEqual([
      ['1', '1'],
      ['2', '3'],
      ['3', '4'],
    ]);
  });

  it('stores once what a room says itself, in its place among what people say', async () => {
    const [room, alice, id] = [randomUUID(), randomUUID(), randomUUID()];
    const announcement = { what: 'joined', userId: randomUUID(), name: 'Bob' } as const;
    const said: PostedMessage = { ...post(room, alice, id, 'Bob joined.'), messageId: id, senderId: null, announcement };
    const batches = [
      [post(room, alice, 'before'), said, post(room, alice, 'after')],
      [said, said, post(room, alice, 'later')],
      [post(room, alice, 'after'), said],
    ];
    for (const batch of batches) {
      const [stored] = await repository.store(batch);
      expect(stored?.rows.find((row) => row.id === id)).toMatchObject({
        seq: 2,
        kind: 'system',
        senderId: null,
        text: 'Bob joined.',
        announcement,
      });
    }
    expect((await stored(room)).map(({ seq, text }) => [seq, text])).toEqual([
      ['1', 'text of before'],
      ['2', 'Bob joined.'],
      ['3', 'text of after'],
      ['4', 'text of later'],
    ]);
  });

  it('stores a retry once, keeps the first body and answers with its place', async () => {
    const [room, alice] = [randomUUID(), randomUUID()];
    const first = post(room, alice, 'key', 'first');
    await repository.store([first, post(room, alice, 'other')]);
    const [again] = await repository.store([post(room, alice, 'new'), post(room, alice, 'key', 'second'), post(room, alice, 'newer')]);
    expect(again?.rows.map(({ seq, clientMsgId, text }) => [seq, clientMsgId, text])).toEqual([
      [1, 'key', 'first'],
      [3, 'new', 'text of new'],
      [4, 'newer', 'text of newer'],
    ]);
    expect(again?.rows[0]).toMatchObject({ id: first.messageId, createdAt: first.acceptedAt });
  });

  it('takes the same key of another person, and of another room, for another message', async () => {
    const [a, b, alice, bob] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await repository.store([post(a, alice, 'key'), post(a, bob, 'key'), post(b, alice, 'key')]);
    expect(await stored(a)).toHaveLength(2);
    expect(await stored(b)).toHaveLength(1);
  });

  it('keeps what Postgres finds hard: quotes, braces, backslashes, emoji, empty and very long texts', async () => {
    const [room, alice] = [randomUUID(), randomUUID()];
    const texts = [`it's "quoted", {braces}, NULL, \\back\\slash`, '👩‍👩‍👧 كيف', '\n\t', 'x'.repeat(4_000), ''];
    await repository.store(texts.map((text) => post(room, alice, randomUUID(), text)));
    expect((await stored(room)).map((row) => row.text)).toEqual(texts);
  });

  it('leaves nothing behind when a batch fails', async () => {
    const [room, alice] = [randomUUID(), randomUUID()];
    await expect(repository.store([post(room, alice, 'good'), { ...post(room, alice, 'bad'), text: 'U+0000 \u0000' }])).rejects.toThrow();
    await repository.store([post(room, alice, 'next')]);
    expect((await stored(room)).map((row) => [row.seq, row.client_msg_id])).toEqual([['1', 'next']]);
  });

  it('stays dense and single when many writers store overlapping batches at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.record({ room: fc.nat(3), key: fc.nat(30) }), { minLength: 1, maxLength: 25 }), {
          minLength: 2,
          maxLength: 12,
        }),
        async (batches) => {
          const rooms = Array.from({ length: 4 }, () => randomUUID());
          const alice = randomUUID();
          const answers = await Promise.all(
            batches.map((batch) =>
              withRetry(() => repository.store(batch.map(({ room, key }) => post(rooms[room]!, alice, `key-${key}`)))),
            ),
          );
          for (const room of rooms) {
            const rows = await stored(room);
            expect(rows.map((row) => Number(row.seq))).toEqual(rows.map((_, index) => index + 1));
            const place = new Map(rows.map((row) => [row.client_msg_id, Number(row.seq)]));
            expect(place.size).toBe(rows.length);
            for (const answer of answers.flat().filter(({ roomId }) => roomId === room))
              for (const row of answer.rows) expect(row.seq).toBe(place.get(row.clientMsgId));
          }
          const wanted = new Set(batches.flat().map(({ room, key }) => `${room}:${key}`));
          const total = await Promise.all(rooms.map(async (room) => (await stored(room)).length));
          expect(total.reduce((sum, count) => sum + count, 0)).toBe(wanted.size);
        },
      ),
      { numRuns: 25 },
    );
  });
});

/** A deadlock or a lost race is what the consumer repeats a batch for. */
async function withRetry<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await work();
    } catch (error) {
      if (attempt === 10) throw error;
    }
}
