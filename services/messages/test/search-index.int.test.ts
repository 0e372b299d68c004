import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CandidateFinder } from '../src/search/candidate-finder.js';
import { rebuildSearch } from '../src/search/rebuild-search.js';
import { firstAt, lastAt } from '../src/search/search-position.js';
import { SearchRepository } from '../src/search/search.repository.js';
import { storedFacts } from '../src/storing/stored-facts.js';
import { SearchWorld, person } from './search-world.js';

const alice = person('alice');
const MESSAGES = 8_000;
const START = Date.UTC(2024, 0);
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
const ALL = { newest: lastAt(START + 3 * YEAR_MS), oldest: firstAt(START) };

describe('the search index', () => {
  let world: SearchWorld;
  let rooms: { roomId: string }[];
  const snapshot = () =>
    world.database.query(`SELECT room_id, seq, message_id, created_at, words::text FROM messages.search_entries ORDER BY room_id, seq`);
  const rebuild = (signal?: AbortSignal, onProgress: (checked: number, total: number) => void = () => undefined) =>
    rebuildSearch({ databaseUrl: world.databaseUrl, onProgress, ...(signal ? { signal } : {}) });

  beforeAll(async () => {
    world = await SearchWorld.start([alice]);
    rooms = Array.from({ length: 20 }, () => world.rooms.add('private', [alice]));
    const posts = Array.from({ length: MESSAGES }, (_, index) => ({
      messageId: randomUUID(),
      roomId: rooms[index % 20]!.roomId,
      senderId: alice.id,
      clientMsgId: randomUUID(),
      // Several messages have the same time, as imported ones do.
      acceptedAt: new Date(START + Math.floor(index / 3) * ((2 * YEAR_MS) / (MESSAGES / 3))).toISOString(),
      text: ['all', index % 2 ? 'half' : '', index % 50 ? '' : 'some', index === 17 || index === 5_000 ? 'seldom' : ''].join(' '),
      replyTo: null,
      attachments: [],
      mayMentionEveryone: false,
      mentions: null,
    }));
    await world.batches.store(posts);
  });

  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  it('is built from the stored messages, in parts that can be interrupted, and again', async () => {
    const stopping = new AbortController();
    const progress: number[] = [];
    const interrupted = rebuild(stopping.signal, (checked) => {
      if (progress.push(checked) === 3) stopping.abort();
    });
    await expect(interrupted).rejects.toThrow();
    expect(progress).toEqual([500, 1_000, 1_500]);
    expect(await rebuild()).toBe(MESSAGES);
    const built = await snapshot();
    expect(built).toHaveLength(MESSAGES);

    // What should not be there, what is missing and what is wrong.
    await world.database.query(`DELETE FROM messages.search_entries WHERE seq % 7 = 0`);
    await world.database.query(`UPDATE messages.search_entries SET words = '''wrong'':1' WHERE seq % 7 = 1`);
    await world.database.query(
      `INSERT INTO messages.search_entries SELECT room_id, seq + 100000, message_id, created_at, words FROM messages.search_entries WHERE seq % 7 = 2`,
    );
    await world.database.query(
      `INSERT INTO messages.search_entries SELECT gen_random_uuid(), 1, message_id, created_at, words FROM messages.search_entries LIMIT 20`,
    );
    await rebuild();
    expect(await snapshot()).toEqual(built);
  });

  it('follows edits and deletions while it is rebuilt', async () => {
    const room = world.rooms.add('private', [alice]);
    const written = [];
    for (let index = 0; index < 20; index += 1) written.push(await world.write(alice, room, `beforehand ${index}`));
    const rebuilding = rebuild();
    await Promise.all(written.map((message, index) => world.change(alice, message, index % 2 ? undefined : `afterwards ${index}`)));
    await rebuilding;
    await world.settle();
    expect(await world.find(alice, 'beforehand')).toEqual([]);
    expect(await world.find(alice, 'afterwards')).toHaveLength(10);
    const wordsLeft = await world.database.query(`SELECT FROM messages.search_entries WHERE words @@ 'beforehand'`);
    expect(wordsLeft).toEqual([]);
  });

  it('comes to the same by what events tell, late, doubled and turned around, as from what is stored', async () => {
    const room = world.rooms.add('private', [alice]);
    const file = { id: randomUUID(), name: 'Отчёт final.png', type: 'image/png', size: 1, url: '/f', altText: 'a chart' };
    const texts = ['plain words', '東京都 and https://example.org/x', 'with a file', "it's 'quoted' \\", '…', 'edited', 'deleted', 'liked'];
    const posts = texts.map((text) => ({
      messageId: randomUUID(),
      roomId: room.roomId,
      senderId: alice.id,
      clientMsgId: randomUUID(),
      acceptedAt: new Date().toISOString(),
      text,
      replyTo: null,
      attachments: text === 'with a file' ? [file] : [],
      mayMentionEveryone: false,
      mentions: null,
    }));
    const stored = (await world.batches.store(posts)).flatMap(storedFacts);
    const written = (text: string) => ({ roomId: room.roomId, id: posts[texts.indexOf(text)]!.messageId, seq: 0 });
    const changes = [await world.change(alice, written('edited'), 'otherwise'), await world.change(alice, written('deleted'), undefined)];
    await world.database.query(`UPDATE messages.messages SET rev = 1 WHERE room_id = $1 AND text = 'liked'`, [room.roomId]);
    await world.tell([...stored, ...changes.toReversed(), ...changes, ...stored.toReversed(), stored[0]!]);
    await world.settle();
    const ofRoom = async () => (await snapshot()).filter((row) => row['room_id'] === room.roomId);
    const followed = await ofRoom();
    expect(followed).toHaveLength(texts.length - 1);
    await rebuild();
    expect(await ofRoom()).toEqual(followed);
  });

  it('learns a word again that was forgotten with the last message that had it', async () => {
    const room = world.rooms.add('private', [alice]);
    const known = () => world.database.query(`SELECT word FROM messages.search_words WHERE word = 'comeback'`);
    const first = await world.write(alice, room, 'comeback');
    await world.settle();
    await world.change(alice, first, undefined);
    await world.settle();
    expect(await known()).toEqual([]);
    await world.write(alice, room, 'comeback');
    await world.settle();
    expect(await known()).toHaveLength(1);
  });

  it('leaves nothing for searches to read beside it', async () => {
    await world.write(alice, world.rooms.add('private', [alice]), 'sorted in');
    await world.settle();
    const [list] = await world.database.query(`SELECT gin_clean_pending_list('messages.search_entries_by_words')::int AS pages`);
    expect(list).toEqual({ pages: 0 });
  });

  it('finds the same by every way, of common and of rare words, in all rooms and in some', async () => {
    const repository = new SearchRepository(world.searchDatabase);
    const finder = new CandidateFinder(repository);
    const all = rooms.map(({ roomId }) => roomId);
    const ranges = [ALL, { newest: lastAt(START + 1.7 * YEAR_MS), oldest: firstAt(START + 0.2 * YEAR_MS) }];
    for (const query of ["'all'", "'half'", "'some'", "'seldom'", "'some' & !'half'", "'nothing'"])
      for (const roomIds of [all, all.slice(3, 5)])
        for (const range of ranges)
          for (const limit of [30, 500]) {
            const question = { query, ranking: query, hasPhrase: limit === 500, rooms: roomIds, withPublic: true, limit };
            const ids = (volume: number) =>
              repository.reading(async (transaction) =>
                (await finder.findNewest(transaction, question, range, volume)).map(({ id, rank }) => [id, rank]),
              );
            expect(await ids(Infinity)).toEqual(await ids(0));
          }
  });

  it('says so when a search takes too long', async () => {
    const repository = new SearchRepository(world.searchDatabase);
    const slow = repository.reading(async (transaction) => {
      await transaction.query(`SELECT set_config('statement_timeout', '5', true)`);
      return transaction.query('SELECT pg_sleep(5)');
    });
    await expect(slow).rejects.toMatchObject({ code: '57014' });
  });
});
