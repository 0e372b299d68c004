import { randomUUID } from 'node:crypto';
import type { Media, SearchAnswer } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SearchWorld, person } from './search-world.js';

const alice = person('alice');
const bob = person('bob');
const eve = person('eve');
const media = (name: string, type: string, altText?: string): Media => ({
  id: randomUUID(),
  name,
  type,
  size: 1,
  url: '/f',
  ...(altText === undefined ? {} : { altText }),
});
const day = (n: number) => new Date(Date.UTC(2026, 0, n, 12)).toISOString();

describe('search', () => {
  let world: SearchWorld;

  beforeAll(async () => {
    world = await SearchWorld.start([alice, bob, eve]);
  });

  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  describe('by words', () => {
    let room: { roomId: string };
    const texts = [
      'The café in Łódź opens at nine',
      'nine lives have cats, the cafes close',
      'see https://example.org/menu for e-mail and prices',
      '我住在北京，喜欢吃苹果',
      '東京都に住んでいます',
      '학교에서 한국어를 공부한다',
      'สวัสดีครับ ยินดีต้อนรับ',
      'We run Kubernetes in production',
      'Привет, как дела',
      'done 🎉',
    ];

    beforeAll(async () => {
      room = world.rooms.add('private', [alice]);
      for (const [index, text] of texts.entries()) await world.write(alice, room, text, { createdAt: day(index + 1) });
      await world.settle();
    });

    it.each([
      ['cafe', [0]],
      ['CAFÉ lodz', [0]],
      ['nine', [0, 1]],
      ['nine -cats', [0]],
      ['"nine lives"', [1]],
      ['"lives nine"', []],
      ['nine cats', [1]],
      ['e-mail', [2]],
      ['example.org', [2]],
      ['北京', [3]],
      ['苹果', [3]],
      ['吃', [3]],
      ['北果', []],
      ['東京', [4]],
      ['京都', [4]],
      ['住んで', [4]],
      ['학교', [5]],
      ['한국어', [5]],
      ['ยินดี', [6]],
      ['привет', [8]],
      ['🎉', [9]],
      ['kuberntes', [7]],
      ['Kubernetse production', [7]],
      ['прывет', [8]],
      ['"kuberntes"', []],
      ['zzzz', []],
      ["it's & | ! <-> :* \\ ' (", []],
    ])('%s', async (q, expected) => {
      expect((await world.find(alice, q, { sort: 'time' })).toSorted()).toEqual(expected.map((index) => texts[index]!).toSorted());
    });

    it('marks what it found in a piece of the text, in UTF-16 units', async () => {
      const { hits } = await world.search(alice, { q: 'kuberntes', roomId: room.roomId });
      expect(hits[0]).toMatchObject({ message: { sender: { username: 'alice' } }, snippet: { text: texts[7], marks: [[7, 17]] } });
    });
  });

  it('asks in the words of the contract who, where, when and what with', async () => {
    const [hall, attic] = [world.rooms.add('public', [alice, bob]), world.rooms.add('private', [alice])];
    await world.write(alice, hall, 'plan one', { createdAt: day(1) });
    await world.write(bob, hall, 'plan two https://example.org', { createdAt: day(2) });
    await world.write(bob, attic, 'plan three', { createdAt: day(3), attachments: [media('Blueprint.pdf', 'application/pdf')] });
    await world.write(alice, attic, 'plan four', { createdAt: day(4), attachments: [media('x.png', 'image/png', 'a red lighthouse')] });
    await world.settle();
    const find = (q: string, more: Record<string, string> = {}) => world.find(alice, q, { sort: 'time', ...more });

    expect(await find('plan from:bob')).toEqual(['plan three', 'plan two https://example.org']);
    expect(await find('plan from:@Bob -in:' + attic.roomId)).toEqual(['plan two https://example.org']);
    expect(await find('plan from:me from:bob')).toHaveLength(4);
    expect(await find('plan -from:me', { roomId: attic.roomId })).toEqual(['plan three']);
    expect(await find('plan', { from: alice.id })).toEqual(['plan four', 'plan one']);
    expect(await find(`plan in:"${hall.name}"`)).toHaveLength(2);
    expect(await find(`plan in:"#${hall.name}" in:${attic.roomId}`)).toHaveLength(4);
    expect(await find(`plan in:"${attic.name}"`)).toEqual(['plan four', 'plan three']);
    expect(await find(`plan -in:"${attic.name}"`)).toHaveLength(2);
    expect(await find(`plan in:"${hall.name}"`, { roomId: attic.roomId })).toEqual([]);
    expect(await find('has:link', { roomId: hall.roomId })).toEqual(['plan two https://example.org']);
    expect(await find('plan has:file')).toEqual(['plan four', 'plan three']);
    expect(await find('plan', { has: 'image' })).toEqual(['plan four']);
    expect(await find('plan has:file -has:image')).toEqual(['plan three']);
    expect(await find('blueprint')).toEqual(['plan three']);
    expect(await find('"red lighthouse"')).toEqual(['plan four']);
    expect(await find('plan before:2026-01-03 after:2026-01-01')).toEqual(['plan two https://example.org']);
    expect(await find('plan', { after: day(2), before: day(4) })).toEqual(['plan three']);
    expect(await find('plan', { after: '2026-01-02T13:00:00+01:00' })).toHaveLength(2);
  });

  it.each([
    ['', 'what to look for'],
    ['-word', 'what to look for'],
    ['before:2026-01-01', 'what to look for'],
    ['... !', 'what to look for'],
    ['has:sound', 'must be one of'],
  ])('refuses %j', async (q, message) => {
    await expect(world.search(alice, { q })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: expect.stringContaining(message) as string,
    });
  });

  it('refuses names of nobody, and rooms that the caller may not read', async () => {
    const [attic, ban] = [world.rooms.add('private', [bob]), world.rooms.add('public', [])];
    ban.banned.add(alice.id);
    await expect(world.search(alice, { q: 'x from:nobody' })).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
    await expect(world.search(alice, { q: 'x in:nowhere' })).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
    await expect(world.search(alice, { q: `x in:"${attic.name}"` })).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
    await expect(world.search(alice, { q: `x in:${attic.roomId}` })).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
    await expect(world.search(alice, { q: 'x', roomId: attic.roomId })).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
    await expect(world.search(alice, { q: 'x', roomId: ban.roomId })).rejects.toMatchObject({ code: 'BANNED' });
  });

  it('finds only what the caller may read at that moment', async () => {
    const rooms = {
      open: world.rooms.add('public', []),
      own: world.rooms.add('private', [alice]),
      foreign: world.rooms.add('private', [bob]),
      archived: world.rooms.add('private', [alice]),
    };
    for (const [name, room] of Object.entries(rooms)) await world.write(bob, room, `visibletest ${name}`);
    rooms.archived.isArchived = true;
    await world.settle();
    const find = async (caller = alice) => (await world.find(caller, 'visibletest')).map((text) => text.split(' ')[1]).toSorted();

    expect(await find()).toEqual(['archived', 'open', 'own']);
    expect(await find(bob)).toEqual(['foreign', 'open']);
    rooms.own.members.delete(alice.id);
    expect(await find()).toEqual(['archived', 'open']);
    rooms.open.banned.add(alice.id);
    rooms.archived.banned.add(alice.id);
    expect(await find()).toEqual([]);
    rooms.open.visibility = 'private'; // no event has told the index yet
    expect(await find(eve)).toEqual([]);
  });

  it('ends where the messages are, whatever comes double, late or turned around', async () => {
    const room = world.rooms.add('private', [alice]);
    const edited = await world.write(alice, room, 'firstversion');
    const deleted = await world.write(alice, room, 'soonforgotten');
    await world.settle();
    expect(await world.find(alice, 'firstversion')).toEqual(['firstversion']);

    const facts = [
      await world.change(alice, edited, 'secondversion'),
      await world.change(alice, deleted, undefined),
      await world.change(alice, edited, 'thirdversion'),
    ];
    for (const fact of [...facts, ...facts.toReversed(), ...facts]) await world.tell([fact]);
    await world.settle();
    expect(await world.find(alice, 'thirdversion')).toEqual(['thirdversion']);
    for (const gone of ['firstversion', 'secondversion', 'soonforgotten']) expect(await world.find(alice, `"${gone}"`)).toEqual([]);
    const left = await world.database.query<{ word: string }>(
      `SELECT word FROM messages.search_words WHERE word LIKE '%version' OR word = 'soonforgotten'`,
    );
    expect(left).toEqual([{ word: 'thirdversion' }]);
  });

  it('shows no deleted message, even before the index has heard', async () => {
    const room = world.rooms.add('private', [alice]);
    const written = await world.write(alice, room, 'justgone');
    await world.settle();
    await world.database.query('UPDATE messages.messages SET deleted_at = now() WHERE id = $1', [written.id]);
    expect(await world.find(alice, 'justgone')).toEqual([]);
  });

  it('ranks what fits better before what is newer, and pages without a hit twice or missing', async () => {
    const room = world.rooms.add('private', [alice]);
    for (let index = 0; index < 45; index += 1)
      await world.write(alice, room, index === 20 ? 'pagetest pagetest pagetest' : `pagetest ${'filler '.repeat(index % 7)}${index}`, {
        createdAt: new Date(Date.UTC(2026, 3, 1, 0, 0, Math.floor(index / 3))).toISOString(),
      });
    await world.settle();
    const pages = async (sort: string): Promise<SearchAnswer[]> => {
      const answers = [await world.search(alice, { q: 'pagetest', sort, limit: '10' })];
      for (let next = answers[0]!.nextCursor; next !== null; next = answers.at(-1)!.nextCursor) {
        if (answers.length === 2) await world.write(alice, room, 'pagetest meanwhile').then(() => world.settle());
        answers.push(await world.search(alice, { q: 'pagetest', sort, limit: '10', cursor: next }));
      }
      return answers;
    };
    const byRelevance = (await pages('relevance')).flatMap(({ hits }) => hits.map(({ message }) => message));
    expect(byRelevance[0]?.text).toBe('pagetest pagetest pagetest');
    expect(new Set(byRelevance.map(({ id }) => id)).size).toBe(45);
    expect(byRelevance).toHaveLength(45);
    const byTime = (await pages('time')).flatMap(({ hits }) => hits.map(({ message }) => message));
    expect(byTime).toHaveLength(46);
    expect(byTime.map(({ createdAt }) => createdAt)).toEqual(
      byTime
        .map(({ createdAt }) => createdAt)
        .toSorted()
        .toReversed(),
    );

    const { nextCursor } = await world.search(alice, { q: 'pagetest', limit: '10' });
    for (const query of [{ q: 'other' }, { q: 'pagetest', sort: 'time' }])
      await expect(world.search(alice, { ...query, cursor: nextCursor! })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(world.search(alice, { q: 'pagetest', cursor: 'x' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('pages through more places of a phrase than are ranked together, each once', async () => {
    const room = world.rooms.add('private', [alice]);
    for (let index = 0; index < 60; index += 1) await world.write(alice, room, `${index} quoted words ${index % 2 ? 'of' : 'words'} note`);
    await world.settle();
    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { hits, nextCursor }: SearchAnswer = await world.search(alice, {
        q: '"quoted words"',
        limit: '50',
        ...(cursor === '' ? {} : { cursor }),
      });
      found.push(...hits.map(({ message }) => message.id));
      cursor = nextCursor;
    }
    expect(found).toHaveLength(60);
    expect(new Set(found).size).toBe(60);
  });
});
