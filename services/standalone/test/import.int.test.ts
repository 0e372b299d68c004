import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { AuthDatabase, authSchema } from '@parley/auth';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFixture, OLD_PASSWORD, PBKDF2, SCRYPT } from './support/import-fixture.js';

describe('import', () => {
  let fixture: ImportFixture;
  beforeEach(async () => {
    fixture = await ImportFixture.start();
  });
  afterEach(() => fixture[Symbol.asyncDispose]());

  const hashOf = async (username: string) => {
    const database = new AuthDatabase({ url: fixture.database.url }, authSchema);
    await database.open();
    const [row] = await database.query<{ password_hash: string }>(
      'SELECT password_hash FROM auth.credentials JOIN auth.users ON id = user_id WHERE username_key = $1',
      [username],
    );
    await database.close();
    return row?.password_hash;
  };

  it('seed 0: one room of everyone, with times and the order of the file', async () => {
    const file = fixture.file(`
      CREATE TABLE user (id INTEGER PRIMARY KEY, username VARCHAR(150), password_hash VARCHAR(200), avatar VARCHAR(200));
      CREATE TABLE chat_message (id INTEGER PRIMARY KEY, username VARCHAR(150), message TEXT, avatar TEXT, timestamp DATETIME);
      INSERT INTO user VALUES (1, 'Alice', '${SCRYPT}', 'https://x/boy?username=Alice'), (2, 'bob', '${PBKDF2}', NULL);
      INSERT INTO chat_message VALUES
        (1, 'Alice', 'hello', NULL, '2024-03-01 10:00:00.123456'),
        (2, 'bob', 'hi there', NULL, '2024-03-01 10:00:05.000000'),
        (3, 'Alice', 'how are you?', NULL, '2024-03-01 10:01:00.500000');`);
    const dry = await fixture.import('--from', file, '--dry-run');
    expect(dry).toContain('would take over 2 users, 1 rooms, 0 private chats and 3 messages; nothing was written');
    const first = await fixture.import('--from', 'chat.db');
    expect(first).toContain('users: 2 created, 0 were there already');
    expect(first).toContain('administrator: Alice');
    expect(await fixture.import('--from', file)).toContain('users: 0 created, 2 were there already');

    await fixture.serve();
    const alice = await fixture.login('alice');
    expect(alice.http.user?.roles).toEqual(['administrator']);
    expect(await alice.lines('general')).toEqual(['1 Alice: hello', '2 bob: hi there', '3 Alice: how are you?']);
    expect((await alice.history('general')).map(({ createdAt }) => createdAt)).toEqual([
      '2024-03-01T10:00:00.123Z',
      '2024-03-01T10:00:05.000Z',
      '2024-03-01T10:01:00.500Z',
    ]);
    const conversation = await (await fixture.login('bob')).conversation('general');
    expect(conversation).toMatchObject({ head: 3, unreadCount: 0, lastMessage: { preview: 'how are you?' } });
  });

  it('seed 1: rooms that are only named by messages, users that are only named by their names, no times', async () => {
    fixture.file(`
      CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, password TEXT);
      CREATE TABLE messages (id INTEGER PRIMARY KEY, room TEXT, username TEXT, message TEXT);
      INSERT INTO users VALUES (1, 'alice', '${PBKDF2}'), (2, 'bob', '${PBKDF2}');
      INSERT INTO messages VALUES (1, 'general', 'alice', 'one'), (2, 'Cats & dogs', 'bob', 'two'), (3, 'cats & dogs', 'alice', 'three'), (4, 'general', 'bob', 'four');`);
    const printed = await fixture.import('--from', 'chat.db');
    expect(printed).toContain('4 messages without a time');
    await fixture.import('--from', 'chat.db');
    await fixture.serve();
    const bob = await fixture.login('bob');
    expect(await bob.lines('general')).toEqual(['1 alice: one', '2 bob: four']);
    expect(await bob.lines('Cats & dogs')).toEqual(['1 bob: two', '2 alice: three']);
    expect((await bob.conversation('Cats & dogs')).room).toMatchObject({ role: 'owner', memberCount: 2, visibility: 'public' });
  });

  it('seed 2: files are told about, their messages stay', async () => {
    fixture.file(`
      CREATE TABLE user (id INTEGER PRIMARY KEY, username VARCHAR(80), password VARCHAR(200));
      CREATE TABLE message (id INTEGER PRIMARY KEY, room VARCHAR(80), user_id INTEGER, content TEXT, filename TEXT, timestamp DATETIME);
      INSERT INTO user VALUES (1, 'alice', '${PBKDF2}');
      INSERT INTO message VALUES (1, 'Lobby', 1, 'see this', 'cat.png', '2024-01-01 00:00:00'), (2, 'Lobby', 1, '', 'dog.png', '2024-01-01 00:00:01'), (3, 'Lobby', 1, ' ', NULL, '2024-01-01 00:00:02');`);
    const printed = await fixture.import('--from', 'chat.db');
    expect(printed).toContain('2 files of messages');
    expect(printed).toContain('1 messages left out, because they are empty: "3"');
    await fixture.serve();
    expect(await (await fixture.login('alice')).lines('Lobby')).toEqual(['1 alice: see this', '2 alice: dog.png']);
  });

  it('seed 3: rooms with a table of their own, members and owners', async () => {
    fixture.file(`
      CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, password_hash TEXT, created_at TEXT);
      CREATE TABLE chat_rooms (id INTEGER PRIMARY KEY, name TEXT, description TEXT, created_by INTEGER, is_private BOOLEAN, created_at TEXT);
      CREATE TABLE room_members (room_id INTEGER, user_id INTEGER);
      CREATE TABLE messages (id INTEGER PRIMARY KEY, room_id INTEGER, user_id INTEGER, content TEXT, created_at TEXT);
      INSERT INTO users VALUES (7, 'alice', '${PBKDF2}', '2023-05-05 05:05:05'), (8, 'bob', '${PBKDF2}', NULL), (9, 'carol', '${PBKDF2}', NULL);
      INSERT INTO chat_rooms VALUES (1, 'Python', 'all about it', 8, 0, '2023-06-01 00:00:00'), (2, 'Staff', NULL, 7, 1, '2023-06-01'), (3, 'PYTHON', NULL, 7, 0, NULL), (4, '', NULL, 7, 0, NULL);
      INSERT INTO room_members VALUES (1, 9), (2, 8), (2, 99);
      INSERT INTO messages VALUES (1, 1, 7, 'hi', '2023-06-02T08:00:00+02:00'), (2, 2, 7, 'secret', '1685692800'), (3, 3, 8, 'also here', '1685692900123'), (4, 4, 8, 'nowhere', NULL), (5, 77, 8, 'nowhere', NULL);`);
    const printed = await fixture.import('--from', 'chat.db');
    expect(printed).toContain('1 rooms left out, because their names cannot be used');
    expect(printed).toContain('1 rooms that went into a public room of the same name: "PYTHON"');
    expect(printed).toContain('2 messages left out, because their rooms or chats were not taken over: "4", "5"');
    await fixture.import('--from', 'chat.db');
    await fixture.serve();
    const bob = await fixture.login('bob');
    expect(bob.http.user?.roles).toEqual([]);
    const { room } = await bob.conversation('Python');
    expect(room).toMatchObject({ role: 'owner', topic: 'all about it', memberCount: 3, createdAt: '2023-06-01T00:00:00.000Z' });
    expect(await bob.lines('Python')).toEqual(['1 alice: hi', '2 bob: also here']);
    expect((await bob.history('Python'))[0]).toMatchObject({ createdAt: '2023-06-02T06:00:00.000Z' });
    expect((await bob.conversation('Staff')).room).toMatchObject({ visibility: 'private', role: 'member', memberCount: 2 });
    const carol = await fixture.login('carol');
    expect((await carol.conversations()).map(({ room: each }) => each.name).sort()).toEqual(['Python', 'general']);
  });

  it('seed 4: chats of two people become private chats', async () => {
    fixture.file(`
      CREATE TABLE Users (id INTEGER PRIMARY KEY, login TEXT, password TEXT);
      CREATE TABLE Chats (id INTEGER PRIMARY KEY, name TEXT, created_at TEXT);
      CREATE TABLE Users_Chats (user_id INTEGER, chat_id INTEGER);
      CREATE TABLE Messages (id INTEGER PRIMARY KEY, chat_id INTEGER, user_id INTEGER, message_text TEXT, sent_at TEXT);
      INSERT INTO Users VALUES (1, 'alice', 'plain text password'), (2, 'bob', 'another password'), (3, 'carol', 'one more password');
      INSERT INTO Chats VALUES (1, 'alice, bob', '2024-01-01'), (2, 'Trio', '2024-01-01'), (3, 'alone', '2024-01-01');
      INSERT INTO Users_Chats VALUES (1, 1), (2, 1), (1, 2), (2, 2), (3, 2), (3, 3);
      INSERT INTO Messages VALUES (1, 1, 1, 'psst', '2024-01-02 10:00'), (2, 1, 2, 'yes?', '2024-01-02 10:01'), (3, 2, 3, 'all three', '2024-01-02 11:00'),
        (4, 1, 3, 'who let me in', '2024-01-02 12:00'), (5, 3, 3, 'echo', '2024-01-02 12:00');`);
    const printed = await fixture.import('--from', 'chat.db', '--plain-passwords', '--administrator', 'carol', '--utc-offset', '+03:00');
    expect(printed).toContain('administrator: carol');
    expect(printed).toContain('1 chats with more than two people, which became private rooms: "Trio"');
    expect(printed).toContain('1 chats left out, because fewer than two of their people were taken over: "alone"');
    expect(printed).toContain('1 messages left out, because their senders do not belong to the private chat: "4"');
    await fixture.import('--from', 'chat.db', '--plain-passwords');
    await fixture.serve();
    expect(await hashOf('alice')).toMatch(/^\$argon2id\$/);
    const alice = await fixture.login('alice', 'plain text password');
    expect(await alice.lines('bob')).toEqual(['1 alice: psst', '2 bob: yes?']);
    expect(await alice.conversation('bob')).toMatchObject({ unreadCount: 0, room: { kind: 'direct' }, lastMessage: { preview: 'yes?' } });
    expect((await alice.history('bob'))[0]?.createdAt).toBe('2024-01-02T07:00:00.000Z');
    expect((await alice.conversation('Trio')).room).toMatchObject({ visibility: 'private', memberCount: 3 });
  });

  it('checks the old password, then keeps argon2id instead', async () => {
    fixture.file(`CREATE TABLE users (id, username, password); INSERT INTO users VALUES (1, 'alice', '${SCRYPT}'), (2, 'bob', 'md5$x$y')`);
    expect(await fixture.import('--from', 'chat.db')).toContain('1 users who cannot log in');
    await fixture.serve();
    expect(await hashOf('alice')).toBe(SCRYPT);
    await expect(fixture.login('alice', 'correct horse e')).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect(await hashOf('alice')).toBe(SCRYPT);
    await fixture.login('alice', OLD_PASSWORD);
    expect(await hashOf('alice')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await fixture.login('ALICE', OLD_PASSWORD);
    for (const guess of ['md5$x$y', '!', 'y'])
      await expect(fixture.login('bob', guess)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });

  it('lets nobody tell by the time whether an imported name exists', async () => {
    const people = Array.from({ length: 8 }, (_, index) => `(${index}, 'person${index}', '${SCRYPT}')`);
    fixture.file(`CREATE TABLE users (id, username, password); INSERT INTO users VALUES ${people.join(', ')}`);
    await fixture.import('--from', 'chat.db');
    await fixture.serve();
    const timeOf = async (username: string) => {
      const begin = performance.now();
      await expect(fixture.login(username, 'wrong password')).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
      return performance.now() - begin;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      known.push(await timeOf(`person${round % 8}`));
      unknown.push(await timeOf(round % 2 === 0 ? `nobody${round}` : `zoe${round}`));
    }
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
    expect(Math.abs(median(known) - median(unknown))).toBeLessThan(0.35 * median(known));
  });

  it('leaves alone who is there, and says what it left out', async () => {
    fixture.file(`
      CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, password TEXT);
      CREATE TABLE messages (id INTEGER PRIMARY KEY, username TEXT, message TEXT, timestamp TEXT);
      INSERT INTO users VALUES (1, 'alice', '${PBKDF2}'), (2, 'Bob Smith', '${PBKDF2}'), (3, 'ALICE', '${PBKDF2}'), (4, 'admin', '${PBKDF2}'), (5, 'dave', '${PBKDF2}');
      INSERT INTO messages VALUES (1, 'alice', 'mine', '2024-01-01 10:00:00'), (2, 'Bob Smith', 'renamed', 'yesterday'), (3, 'ghost', 'whose?', NULL), (4, 'dave', 'taken', NULL),
        (5, 'alice', '${'long '.repeat(1000)}', '2999-01-01'), (6, 'alice', 'nul' || char(0) || 'l', NULL);`);
    const url = await fixture.serve();
    await fetch(`${url}/api/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'dave', password: 'somebody else entirely' }),
    });
    const printed = await fixture.import('--from', 'chat.db', '--rename', 'Bob Smith=bob.smith', '--rename', 'admin=old-admin');
    expect(printed).toContain('users: 3 created');
    expect(printed).not.toContain('administrator:');
    expect(printed).toContain('because another one has the same name without case; --rename OLD=NEW takes them in: "ALICE"');
    expect(printed).toContain('because somebody else in Parley has their names; --rename OLD=NEW takes them in: "dave"');
    expect(printed).toContain('2 messages left out, because their senders were not taken over: "3", "4"');
    expect(printed).toContain('1 messages longer than 4000 characters, which became several: "5"');
    expect(printed).toContain('1 messages left out, because their text contains U+0000 or half characters: "6"');
    const bob = await fixture.login('bob.smith');
    const lines = await bob.lines('general');
    expect(lines.map((line) => line.slice(0, 24))).toEqual([
      '1 alice: mine',
      '2 bob.smith: renamed',
      '3 alice: long long long ',
      '4 alice: long long long ',
    ]);
    expect(lines[2]!.length - '3 alice: '.length).toBe(4000);
    expect((await bob.history('general'))[1]?.createdAt).toBe('2024-01-01T10:00:00.000Z');
    await expect(fixture.login('dave')).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await expect(fixture.login('admin')).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });

  it('goes on where the file has grown, and does not touch what was read since', async () => {
    const sql = (text: string) => `INSERT INTO messages (username, message) VALUES ('alice', '${text}');`;
    fixture.file(
      `CREATE TABLE users (id INTEGER PRIMARY KEY, username, password); CREATE TABLE messages (id INTEGER PRIMARY KEY, username, message);
       INSERT INTO users VALUES (1, 'alice', '${PBKDF2}'), (2, 'bob', '${PBKDF2}'); ${sql('one')}${sql('two')}`,
    );
    await fixture.import('--from', 'chat.db');
    fixture.file(sql('three'));
    await fixture.import('--from', 'chat.db');
    await fixture.serve();
    const bob = await fixture.login('bob');
    expect(await bob.lines('general')).toEqual(['1 alice: one', '2 alice: two', '3 alice: three']);
    expect((await bob.conversation('general')).unreadCount).toBe(1);
  });

  it('brings nobody back who has left since', async () => {
    fixture.file(
      `CREATE TABLE users (id INTEGER PRIMARY KEY, username, password); CREATE TABLE messages (id INTEGER PRIMARY KEY, room, username, message);
       INSERT INTO users VALUES (1, 'alice', '${PBKDF2}'), (2, 'bob', '${PBKDF2}'); INSERT INTO messages VALUES (1, 'Cats', 'alice', 'a'), (2, 'Cats', 'bob', 'b');`,
    );
    await fixture.import('--from', 'chat.db');
    await fixture.serve();
    const bob = await fixture.login('bob');
    await bob.http.call('POST /api/chat/rooms/{id}/leave', { params: { id: (await bob.conversation('Cats')).room.id } });
    await fixture.import('--from', 'chat.db');
    expect((await bob.conversations()).map(({ room }) => room.name)).toEqual(['general']);
  });

  it('finds tables and columns by options where they are called otherwise', async () => {
    fixture.file(`CREATE TABLE people (nr INTEGER, handle TEXT, secret TEXT); CREATE TABLE log (who INTEGER, said TEXT);
      INSERT INTO people VALUES (5, 'alice', '${PBKDF2}'); INSERT INTO log VALUES (5, 'found');`);
    await expect(fixture.import('--from', 'chat.db')).rejects.toThrow(
      'no table of users was found; there is log, people. Name it with --table users=NAME',
    );
    const users = ['--table', 'users=people', '--column', 'users.id=nr', '--column', 'users.password=secret'];
    await expect(fixture.import('--from', 'chat.db', ...users)).rejects.toThrow('Name it with --column users.username=NAME');
    const log = ['--table', 'messages=log', '--column', 'messages.senderId=who', '--column', 'messages.text=said', '--room', 'The log'];
    await fixture.import('--from', 'chat.db', ...users, '--column', 'users.username=handle', ...log);
    await fixture.serve();
    expect(await (await fixture.login('alice')).lines('The log')).toEqual(['1 alice: found']);
  });

  it('refuses what it cannot read or does not understand, with one clear sentence, before it writes anything', async () => {
    writeFileSync(path.join(fixture.folder, 'notes.txt'), 'not a database '.repeat(100));
    fixture.file('', 'empty.db');
    fixture.file(`CREATE TABLE users (id, username, password)`, 'fine.db');
    fixture.file(`CREATE TABLE users (id, username); CREATE TABLE messages (id, text)`, 'senderless.db');
    const refused: [string[], string | RegExp][] = [
      [[], '--from is missing'],
      [['--from', 'nothing.db'], /there is no file .*nothing[.]db/],
      [['--from', 'notes.txt'], /notes[.]txt cannot be read as a SQLite database/],
      [['--from', 'empty.db'], 'no table of users was found; there is no table at all'],
      [['--from', 'senderless.db'], 'does not say who wrote a message'],
      [['--from', 'fine.db', '--sideways'], "Unknown option '--sideways'"],
      [['--from', 'fine.db', '--table', 'users'], 'must be like this=that'],
      [['--from', 'fine.db', '--table', 'things=x'], '--table things: known are users'],
      [['--from', 'fine.db', '--column', 'users.shoe=x'], '--column users.shoe: known are id, username'],
      [['--from', 'fine.db', '--column', 'users.username=x'], 'table users has no such column'],
      [['--from', 'fine.db', '--administrator', 'nobody'], 'is not among the users'],
      [['--from', 'fine.db', '--utc-offset', '2'], '--utc-offset must be like +02:00'],
      [['--from', 'fine.db', '--room', ' '], '--room: a room cannot be called'],
    ];
    for (const [args, message] of refused) await expect(fixture.import(...args), args.join(' ')).rejects.toThrow(message);
    expect(await fixture.import('--help')).toContain('npm run import -- --from FILE');
    expect(await fixture.import('--from', 'fine.db')).toContain('users: 0 created');
  });
});
