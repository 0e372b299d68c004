import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { accessTokenConfig, authConfig, authSchema } from '@parley/auth';
import { mediaLimitConfig } from '@parley/chat';
import type { Conversation, Message } from '@parley/contracts';
import { createTestDatabase, type TestDatabase } from '@parley/db/testing';
import { GatewayIoAdapter, gatewayConfig } from '@parley/gateway';
import { mediaConfig, mediaSchema } from '@parley/media';
import { messagesSchema } from '@parley/messages';
import { logSchema } from '@parley/platform';
import { pushConfig, roomsSchema } from '@parley/rooms';
import { bootstrap, listenConfig, loadConfig, serverConfig, type RunningApp } from '@parley/runtime';
import { HttpSession } from '@parley/testing';
import { runImport } from '../../src/import/run-import.js';
import { standaloneConfig } from '../../src/standalone.config.js';
import { StandaloneModule } from '../../src/standalone.module.js';

const CONFIGS = [
  listenConfig,
  serverConfig,
  standaloneConfig,
  accessTokenConfig,
  authConfig,
  gatewayConfig,
  mediaConfig,
  mediaLimitConfig,
  pushConfig,
];

/** Hashes as Werkzeug 3.1 writes them, of this password. */
export const OLD_PASSWORD = 'correct horse é';
export const SCRYPT =
  'scrypt:32768:8:1$Bnx7RkMvxSgM74ul$3e0be3eb5624197e6e1de28e3aaa476e75f01c756d3ca4e230ef0894ea8dbf2d4ca50b4964ac61c1bdb96d16d347666ca53ff0ef67ef15a86b17b5ae8b998838';
export const PBKDF2 = 'pbkdf2:sha1:1000$ZmnKbNURODw4eV6r$7b54ef1f974ba6ff7de75dfc8534d501593f2ee0';

/** An empty installation with the real services, and files of earlier applications to import into it. */
export class ImportFixture implements AsyncDisposable {
  #app: RunningApp | undefined;

  private constructor(
    readonly folder: string,
    readonly database: TestDatabase,
  ) {}

  static async start(): Promise<ImportFixture> {
    const folder = await mkdtemp(path.join(tmpdir(), 'parley-import-'));
    return new ImportFixture(folder, await createTestDatabase([logSchema, authSchema, roomsSchema, messagesSchema, mediaSchema]));
  }

  /** A database file that these statements have made. */
  file(sql: string, name = 'chat.db'): string {
    const file = path.join(this.folder, name);
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    return file;
  }

  /** What the command prints. */
  async import(...args: string[]): Promise<string> {
    const lines: string[] = [];
    const env = { PARLEY_DATABASE_URL: this.database.url, PARLEY_DATA_DIR: this.folder };
    await runImport({ args, env, cwd: this.folder, print: (line) => lines.push(line), signal: new AbortController().signal });
    return lines.join('\n');
  }

  /** From here on the installation runs, on everything that was imported. */
  async serve(): Promise<string> {
    const config = loadConfig(CONFIGS, {
      PORT: '0',
      PARLEY_LOG_LEVEL: 'error',
    });
    this.#app = await bootstrap({
      module: await StandaloneModule.on({ databaseUrl: this.database.url, dataDir: this.folder, limitsFactor: 0 }),
      config,
      configure: (nest) => void nest.useWebSocketAdapter(new GatewayIoAdapter(nest)),
    });
    return this.#app.url;
  }

  async login(username: string, password = OLD_PASSWORD): Promise<Imported> {
    const session = new HttpSession(this.#app!.url);
    await session.login(username, password);
    return new Imported(session);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app?.close();
    await this.database.drop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Somebody who came with the import. */
export class Imported {
  constructor(readonly http: HttpSession) {}

  async conversations(): Promise<readonly Conversation[]> {
    return (await this.http.call('GET /api/chat/conversations')).conversations;
  }

  async conversation(name: string): Promise<Conversation> {
    const found = (await this.conversations()).find(({ room }) => room.name === name || room.peer?.username === name);
    if (!found) throw new Error(`no conversation ${name}`);
    return found;
  }

  async history(name: string): Promise<Message[]> {
    const { room } = await this.conversation(name);
    return (await this.http.call('GET /api/chat/rooms/{id}/messages', { params: { id: room.id }, query: { limit: '200' } })).messages;
  }

  /** `seq sender: text` */
  async lines(name: string): Promise<string[]> {
    return (await this.history(name)).map(({ seq, sender, text }) => `${seq} ${sender?.username}: ${text}`);
  }
}
