import { randomUUID } from 'node:crypto';
import { messageIdOf } from '@parley/chat';
import { LIMITS } from '@parley/contracts';
import { createTestDatabase, type TestDatabase } from '@parley/db/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChangeOutcomeService } from '../src/changing/change-outcome.service.js';
import { ChangeRepository } from '../src/changing/change.repository.js';
import { ChangeSignal } from '../src/changing/change-signal.js';
import { CommandRepository } from '../src/changing/command.repository.js';
import type { PlacedChange } from '../src/changing/change.js';
import { MessagesDatabase, messagesSchema } from '../src/db/messages.database.js';
import { HistoryRepository } from '../src/history/history.repository.js';
import { MessageBatchRepository } from '../src/storing/message-batch.repository.js';
import type { MessageRow, PostedMessage } from '../src/storing/message-row.js';
import { ChangesModel, type ModelCommand } from './changes-model.js';

const PEOPLE = Array.from({ length: 30 }, () => randomUUID());
const at = '2026-01-01T00:00:00.000Z';

describe('changes of stored messages', () => {
  let testDatabase: TestDatabase;
  let database: MessagesDatabase;
  let batches: MessageBatchRepository;
  let history: HistoryRepository;
  let commands: CommandRepository;

  beforeAll(async () => {
    testDatabase = await createTestDatabase([messagesSchema]);
    database = new MessagesDatabase({ url: testDatabase.url, poolSize: 6 }, messagesSchema);
    await database.open();
    batches = new MessageBatchRepository(database, new ChangeRepository());
    history = new HistoryRepository(database);
    commands = new CommandRepository(database);
  });

  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  const authorOf = (message: number) => PEOPLE[message % 3]!;
  const idOf = (roomId: string, message: number) => messageIdOf(authorOf(message), roomId, `key-${message}`);
  const postOf = (roomId: string, { message, text }: ModelCommand): PostedMessage => ({
    messageId: idOf(roomId, message),
    roomId,
    senderId: authorOf(message),
    clientMsgId: `key-${message}`,
    text,
    replyTo: null,
    attachments: [],
    acceptedAt: at,
    mayMentionEveryone: false,
    mentions: null,
  });
  function changeOf(roomId: string, command: ModelCommand, postsBefore: number): PlacedChange {
    const { id: commandId, kind, message, user, text, emoji, on, isModerator } = command;
    const role = isModerator ? ('moderator' as const) : ('member' as const);
    const base = { commandId, roomId, messageId: idOf(roomId, message), userId: PEOPLE[user]!, role, acceptedAt: at };
    if (kind === 'edit') return { postsBefore, change: { action: 'edit', command: { ...base, text }, mentions: null } };
    if (kind === 'delete') return { postsBefore, change: { action: 'delete', command: base } };
    return { postsBefore, change: { action: 'react', command: { ...base, emoji, on } } };
  }

  /** As the persister does: posts alone by the fast way, everything else by the careful one. */
  async function store(roomId: string, batch: readonly ModelCommand[]) {
    const posts: PostedMessage[] = [];
    const changes: PlacedChange[] = [];
    for (const command of batch)
      if (command.kind === 'post') posts.push(postOf(roomId, command));
      else changes.push(changeOf(roomId, command, posts.length));
    return changes.length === 0 ? batches.store(posts) : batches.storeAndChange(posts, changes);
  }

  const shown = (row: MessageRow) => ({
    seq: row.seq,
    text: row.text,
    rev: row.rev,
    isDeleted: row.deletedAt !== null,
    isEdited: row.editedAt !== null,
    reactions: row.reactions.map(({ emoji, count, userIds }) => [emoji, count, userIds]),
  });

  async function assertAsModel(roomId: string, model: ChangesModel): Promise<void> {
    const rows = await history.listRange(roomId, 1, 10_000);
    const wanted = [...model.messages.values()].sort((a, b) => a.seq - b.seq);
    expect(rows.map(shown)).toEqual(
      wanted.map(({ seq, text, rev, isDeleted, isEdited, reactions }) => ({
        seq,
        text,
        rev,
        isDeleted,
        isEdited,
        reactions: [...reactions].map(([emoji, users]) => [
          emoji,
          users.length,
          users.slice(0, LIMITS.reactionUsersShown).map((user) => PEOPLE[user]),
        ]),
      })),
    );
    const revisions = await Promise.all(
      [...model.messages.keys()].map(async (message) => history.listRevisions(roomId, idOf(roomId, message))),
    );
    expect(revisions.map((ofOne) => ofOne.map(({ rev, text }) => [rev, text]))).toEqual(
      [...model.messages.values()].map(({ texts, isEdited }) => (isEdited ? texts : [])),
    );
    // Changes are numbered without holes, and every message that changed carries its last one.
    const [head] = await history.listHeads([roomId]);
    const changed = await history.listChanged(roomId, 0, 10_000);
    expect(changed.map(({ id }) => id).sort()).toEqual(
      rows
        .filter(({ rev }) => rev > 0)
        .map(({ id }) => id)
        .sort(),
    );
    expect(changed.at(-1)?.change ?? 0).toBe(head?.changes ?? 0);
  }

  const command = fc
    .record({
      kind: fc.constantFrom(
        'post' as const,
        'post' as const,
        'edit' as const,
        'edit' as const,
        'delete' as const,
        'react' as const,
        'react' as const,
      ),
      message: fc.nat(5),
      user: fc.nat(3),
      text: fc.constantFrom('a', 'b', 'c'),
      emoji: fc.constantFrom('👍', '❤️', '🎉'),
      on: fc.boolean(),
      isModerator: fc.boolean(),
    })
    .map((drawn): ModelCommand => ({ ...drawn, id: randomUUID(), ...(drawn.kind === 'post' ? { user: drawn.message % 3 } : {}) }));

  it('are what a simple model says, however the log is cut into batches and repeated', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(command, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat(3)),
        async (log, repeats) => {
          const roomId = randomUUID();
          const model = new ChangesModel();
          for (const [index, batch] of log.entries()) {
            for (const each of batch) model.apply(each);
            await store(roomId, batch);
            // A crash before the offset has moved brings batches again, from any place.
            const back = repeats.next().value as number;
            if (back > 0) await store(roomId, log.slice(Math.max(0, index - back), index + 1).flat());
          }
          await assertAsModel(roomId, model);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000); // some 700 transactions, one after the other

  it('are the same when several processes take the same batches at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(command, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 }), async (log) => {
        const roomId = randomUUID();
        const model = new ChangesModel();
        for (const batch of log) {
          for (const each of batch) model.apply(each);
          await Promise.all([store(roomId, batch), store(roomId, batch), store(roomId, batch)]);
        }
        await assertAsModel(roomId, model);
      }),
      { numRuns: 20 },
    );
  });

  const reacting = (user: number, on: boolean, emoji = '👍'): ModelCommand => ({
    kind: 'react',
    id: randomUUID(),
    message: 0,
    user,
    text: '',
    emoji,
    on,
    isModerator: false,
  });

  it('show the first twenty people, and the next one when somebody of them goes', async () => {
    const roomId = randomUUID();
    const model = new ChangesModel();
    const batchesOf = [
      [{ ...reacting(0, true), kind: 'post' as const, text: 'hello' }],
      PEOPLE.map((_, user) => reacting(user, true)),
      [reacting(3, false), reacting(4, false), reacting(4, true), reacting(0, false)],
      [reacting(3, true), reacting(25, false)],
    ];
    for (const batch of batchesOf) {
      for (const each of batch) model.apply(each);
      await store(roomId, batch);
      await assertAsModel(roomId, model);
    }
  });

  it('tell each command what became of it, again and again', async () => {
    const roomId = randomUUID();
    const outcomes = new ChangeOutcomeService(commands, new ChangeSignal());
    const change = { ...reacting(1, true), kind: 'edit' as const, text: 'new' };
    const [own, foreign, missing] = [
      { ...change, user: 0 },
      { ...change, id: randomUUID() },
      { ...change, id: randomUUID(), message: 7 },
    ];
    await store(roomId, [{ ...reacting(0, true), kind: 'post', text: 'old' }]);
    for (const _ of [1, 2]) {
      await store(roomId, [own, foreign, missing]);
      expect(await outcomes.wait(roomId, own.id, 100)).toEqual({ rev: 1, refusal: null });
      expect(await outcomes.wait(roomId, foreign.id, 100)).toEqual({ rev: 1, refusal: 'FORBIDDEN' });
      expect(await outcomes.wait(roomId, missing.id, 100)).toEqual({ rev: 0, refusal: 'MESSAGE_NOT_FOUND' });
    }
    expect(await outcomes.wait(roomId, randomUUID(), 30)).toBeUndefined();
    const hourMs = 3_600_000; // the other tests of this file may have begun minutes ago
    expect(await commands.deleteOlderThan(hourMs, 100)).toBe(0);
    expect(await commands.deleteOlderThan(-hourMs, 2)).toBe(2);
  });

  it('come out again with their message when they are repeated, and with no other', async () => {
    const roomId = randomUUID();
    const post = { ...reacting(0, true), kind: 'post' as const, text: 'hello' };
    const react = reacting(1, true);
    await store(roomId, [post]);
    const changed = async (batch: ModelCommand[]) => {
      const result = await store(roomId, batch);
      return 'changed' in result ? result.changed.map(({ row }) => [row.rev, row.change]) : [];
    };
    expect(await changed([react])).toEqual([[1, 1]]);
    expect(await changed([react])).toEqual([[1, 1]]);
    expect(await changed([reacting(1, true)])).toEqual([]); // there already
    expect(await changed([reacting(2, true)])).toEqual([[2, 2]]);
    expect(await changed([react])).toEqual([[2, 2]]);
  });
});
