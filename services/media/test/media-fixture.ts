import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { RoomAccess, Sessions, SessionsModule, mediaLimitConfig } from '@parley/chat';
import { Media, type Problem } from '@parley/contracts';
import { createTestDatabase } from '@parley/db/testing';
import { ObjectStore, PlatformModule, logSchema, type StoredObject } from '@parley/platform';
import { bootstrap, createLogger, listenConfig, loadConfig, serverConfig, type RunningApp } from '@parley/runtime';
import { MediaDatabase, mediaSchema } from '../src/db/media.database.js';
import { mediaConfig } from '../src/media.config.js';
import { MediaModule } from '../src/media.module.js';
import { MediaWorld } from './media-world.js';

export type Person = Awaited<ReturnType<MediaWorld['person']>>;

interface Upload {
  readonly name?: string;
  readonly type?: string;
  readonly altText?: string;
}

/** The media service with everything of its own real: HTTP, Postgres, the event log, the files, the child process. */
export class MediaFixture implements AsyncDisposable {
  private constructor(
    readonly app: RunningApp,
    readonly world: MediaWorld,
    readonly database: MediaDatabase,
    readonly dataDir: string,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async start(env: Record<string, string> = {}, limitsFactor = 0): Promise<MediaFixture> {
    const config = loadConfig([listenConfig, serverConfig, mediaConfig, mediaLimitConfig], { PORT: '0', ...env });
    const database = await createTestDatabase([logSchema, mediaSchema]);
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-media-test-'));
    const world = new MediaWorld();
    const ports = [
      { provide: RoomAccess, useValue: world.rooms },
      { provide: Sessions, useValue: world.sessions },
    ];
    @Global()
    @Module({})
    class Around {}
    const around: DynamicModule = { module: Around, providers: ports, exports: ports };
    const platform = await PlatformModule.for({ mode: 'embedded', databaseUrl: database.url, dataDir, limitsFactor });
    @Module({ imports: [platform, around, SessionsModule, MediaModule] })
    class Root {}
    const app = await bootstrap({ module: Root, config, logger: createLogger('error') });
    return new MediaFixture(app, world, app.get(MediaDatabase), dataDir, async () => {
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    await this.cleanUp();
  }

  get url(): string {
    return `http://127.0.0.1:${this.app.port}`;
  }

  post(person: Person, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
    const init = { method: 'POST', body, headers: { authorization: `Bearer ${person.token}`, ...headers }, duplex: 'half' } as const;
    return fetch(`${this.url}/api/media`, init);
  }

  /** Answers the status and the body, whichever it is. */
  async tryUpload(person: Person, bytes: Uint8Array, { name = 'file', type = 'application/octet-stream', altText }: Upload = {}) {
    const form = new FormData();
    form.set('file', new Blob([bytes as Uint8Array<ArrayBuffer>], { type }), name);
    if (altText !== undefined) form.set('altText', altText);
    const response = await this.post(person, form);
    return { status: response.status, body: (await response.json()) as Media & Problem };
  }

  async upload(person: Person, bytes: Uint8Array, options: Upload = {}): Promise<Media> {
    const { status, body } = await this.tryUpload(person, bytes, options);
    if (status !== 201) throw new Error(`upload: ${status} ${JSON.stringify(body)}`);
    return Media.parse(body);
  }

  get(path: string, person?: Person, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, { headers: { ...(person ? { cookie: person.cookie } : {}), ...headers } });
  }

  async bytesOf(path: string, person: Person): Promise<Buffer> {
    return Buffer.from(await (await this.get(path, person)).arrayBuffer());
  }

  async listObjects(): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    for await (const object of this.app.get<ObjectStore>(ObjectStore).list('')) found.push(object);
    return found;
  }

  rows() {
    return this.database.query<{ id: string; state: string }>('SELECT id, state FROM media.files ORDER BY created_at');
  }

  newMessage(senderId: string, roomId: string, ...mediaIds: string[]) {
    return { senderId, roomId, messageId: randomUUID(), mediaIds };
  }
}
