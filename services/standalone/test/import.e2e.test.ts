import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HttpSession, eventually } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProduct } from './support/build.ts';
import { cleanEnvironment, startProduct } from './support/product.ts';

const PASSWORD = 'correct horse é';
const HASH = 'pbkdf2:sha1:1000$ZmnKbNURODw4eV6r$7b54ef1f974ba6ff7de75dfc8534d501593f2ee0';
const MESSAGES = 5_000;
const PROGRAM = path.resolve(import.meta.dirname, '../dist/import/main.js');

describe('npm run import', () => {
  let folder: string;
  let dataDir: string;
  beforeAll(async () => {
    await buildProduct();
    folder = await mkdtemp(path.join(tmpdir(), 'parley-import-'));
    dataDir = await mkdtemp(path.join(tmpdir(), 'parley-e2e-'));
    using file = new DatabaseSync(path.join(folder, 'old.db'));
    file.exec(`
      CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, password TEXT);
      CREATE TABLE messages (id INTEGER PRIMARY KEY, user_id INTEGER, message TEXT, timestamp TEXT);
      INSERT INTO users VALUES (1, 'alice', '${HASH}'), (2, 'bob', '${HASH}');
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MESSAGES})
      INSERT INTO messages SELECT i, 1 + i % 2, 'message ' || i, datetime('2024-01-01', '+' || i || ' seconds') FROM n;`);
  });
  afterAll(async () => {
    for (const each of [folder, dataDir]) await rm(each, { recursive: true, force: true, maxRetries: 10 });
  });

  const run = () =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const env = { ...cleanEnvironment(), PARLEY_DATA_DIR: dataDir, INIT_CWD: folder };
      const child = execFile(process.execPath, [PROGRAM, '--from', 'old.db'], { env }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode ?? 1, stdout, stderr }),
      );
    });

  it('fills the data folder, which must not be in use, and everything is there at the next start', async () => {
    const first = await run();
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(`messages: ${MESSAGES} of ${MESSAGES}`);
    await using product = await startProduct({ dataDir });

    const second = await run();
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/^import: .*(in use|used|runs)/);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);

    const bob = new HttpSession(product.url);
    await bob.login('bob', PASSWORD);
    const { conversations } = await bob.call('GET /api/chat/conversations');
    expect(conversations).toHaveLength(1);
    expect(conversations[0]).toMatchObject({ head: MESSAGES, unreadCount: 0, room: { name: 'general' } });
    const id = conversations[0]!.room.id;
    for (let after = 0; after < MESSAGES; after += 200) {
      const { messages } = await bob.call('GET /api/chat/rooms/{id}/messages', {
        params: { id },
        query: { after: String(after), limit: '200' },
      });
      expect(messages.map(({ seq, text }) => `${seq} ${text}`)).toEqual(
        messages.map((_, index) => `${after + index + 1} message ${after + index + 1}`),
      );
    }
    const found = async () => (await bob.call('GET /api/search', { query: { q: '"message 17" from:bob in:general' } })).hits;
    await eventually(async () => expect(await found()).toMatchObject([{ message: { seq: 17, text: 'message 17' } }]), {
      timeoutMs: 15_000,
      describe: 'what was imported is found',
    });
  });
});
