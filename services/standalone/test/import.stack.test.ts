import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HttpSession, eventually } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runImport } from '../src/import/run-import.js';
import { Constellation } from './support/constellation.js';
import { Imported, OLD_PASSWORD, PBKDF2 } from './support/import-fixture.js';
import { areEnginesThere, engines } from './support/real-stack.js';

const MESSAGES = 1_200;

describe.skipIf(!areEnginesThere)('import into a running installation of many processes', () => {
  let constellation: Constellation;
  let folder: string;

  beforeAll(async () => {
    constellation = await Constellation.start({ auth: 1, rooms: 1, messages: 1, gateway: 1 }, await engines());
    folder = await mkdtemp(path.join(tmpdir(), 'parley-import-'));
  });
  afterAll(async () => {
    await constellation?.[Symbol.asyncDispose]();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('goes through Kafka, keeps the order, and brings everything once however often it runs', { timeout: 120_000 }, async () => {
    // The engines outlive a run of the tests, so names are new each time.
    const suffix = Date.now().toString(36);
    const file = path.join(folder, 'old.db');
    using database = new DatabaseSync(file);
    database.exec(`
      CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, password TEXT);
      CREATE TABLE messages (id INTEGER PRIMARY KEY, room TEXT, user_id INTEGER, message TEXT, timestamp TEXT);
      INSERT INTO users VALUES (1, 'alice_${suffix}', '${PBKDF2}'), (2, 'bob_${suffix}', '${PBKDF2}');
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MESSAGES})
      INSERT INTO messages SELECT i, 'Old ' || (i % 3) || ' ${suffix}', 1 + i % 2, 'message ' || i, datetime('2024-01-01', '+' || i || ' seconds') FROM n;`);
    const run = async () => {
      const lines: string[] = [];
      await runImport({
        args: ['--from', file],
        env: { ...constellation.env, PARLEY_MODE: 'distributed' },
        cwd: folder,
        print: (line) => lines.push(line),
        signal: new AbortController().signal,
      });
      return lines.join('\n');
    };
    expect(await run()).toContain('users: 2 created');
    expect(await run()).toContain('users: 0 created, 2 were there already');

    const session = new HttpSession(constellation.url);
    await session.login(`bob_${suffix}`, OLD_PASSWORD);
    const bob = new Imported(session);
    for (const rest of [0, 1, 2]) {
      const title = `Old ${rest} ${suffix}`;
      await eventually(async () => expect(await bob.conversation(title)).toMatchObject({ head: MESSAGES / 3, unreadCount: 0 }));
      const { room } = await bob.conversation(title);
      const texts: string[] = [];
      for (let after = 0; after < MESSAGES / 3; after += 200) {
        const page = await session.call('GET /api/chat/rooms/{id}/messages', {
          params: { id: room.id },
          query: { after: String(after), limit: '200' },
        });
        texts.push(...page.messages.map(({ text }) => text));
      }
      const query = { q: `"message ${rest + 30}" in:"${title}"` };
      const found = async () => (await session.call('GET /api/search', { query })).hits.map(({ message }) => message.text);
      await eventually(async () => expect(await found()).toEqual([`message ${rest + 30}`]), { describe: 'what was imported is found' });
      expect(texts).toEqual(Array.from({ length: MESSAGES / 3 }, (_, index) => `message ${3 * index + (rest === 0 ? 3 : rest)}`));
    }
  });
});
