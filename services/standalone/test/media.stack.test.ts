import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Media, type Message } from '@parley/contracts';
import { ChatClient, eventually, freePort, newClientMsgId, pssBytes, uniqueRoomName } from '@parley/testing';
import { Client, type BucketItem } from 'minio';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import type { RunningComponent } from '../../../deploy/stack/local-server.ts';
import { startS3 } from '../../../deploy/stack/s3.ts';
import { Constellation } from './support/constellation.js';
import { engines, isStackThere } from './support/real-stack.js';

const MIB = 1024 * 1024;
const CACHE = path.join(import.meta.dirname, '../../../.cache/stack');
/** `%PDF-` is enough of a document. */
const documentOf = (size: number) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size - 9)]);

/** Files on a real S3 server of their own, which may be killed, through the media service in a process of its own. */
describe.skipIf(!isStackThere || process.env['PARLEY_S3_ENDPOINT'] !== undefined)('files in distributed mode', () => {
  let constellation: Constellation;
  let folder: string;
  let s3: RunningComponent;
  let alice: ChatClient;
  let bob: ChatClient;
  const openS3 = async (port: number) => startS3({ dir: folder, cacheDir: CACHE, log: () => undefined, port });

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'parley-media-s3-'));
    s3 = await openS3(await freePort());
    const ofMedia = { ...s3.env, PARLEY_MEDIA_SWEEP_MS: '300', PARLEY_MEDIA_QUOTA_BYTES: '0' };
    constellation = await Constellation.start({ auth: 1, rooms: 1, messages: 1, gateway: 1, media: 1 }, await engines(), (name) =>
      name === 'media' ? ofMedia : {},
    );
    [alice, bob] = [new ChatClient({ url: constellation.url }), new ChatClient({ url: constellation.url })];
    for (const person of [alice, bob]) {
      await person.register();
      await person.connect();
    }
  }, 120_000);
  afterAll(async () => {
    for (const each of [alice, bob, constellation]) await each?.[Symbol.asyncDispose]();
    await s3?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const explainFailure = () =>
    onTestFailed(() => {
      for (const service of constellation.all) console.error(`${service.name} (${service.port}):\n${service.logs.slice(-20).join('\n')}`);
    });
  const authorization = () => ({ authorization: `Bearer ${alice.http.accessToken}` });
  const upload = async (bytes: Uint8Array<ArrayBuffer>): Promise<Media> => {
    const form = new FormData();
    form.set('file', new Blob([bytes]), 'paper.pdf');
    const response = await fetch(`${constellation.url}/api/media`, { method: 'POST', body: form, headers: authorization() });
    if (response.status !== 201) throw new Error(`upload: ${response.status} ${await response.text()}`);
    return Media.parse(await response.json());
  };
  /** Looks into the database that all services share here. */
  const query = async <R extends pg.QueryResultRow>(sql: string): Promise<R[]> => {
    const client = new pg.Client({ connectionString: constellation.env['PARLEY_DATABASE_URL']! });
    await client.connect();
    try {
      return (await client.query<R>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const newRoom = async () => {
    const room = await alice.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
    await bob.http.call('POST /api/chat/rooms/{id}/join', { params: { id: room.id } });
    return room.id;
  };
  const history = async (id: string): Promise<Message[]> => {
    const messages: Message[] = [];
    for (;;) {
      const page = await alice.http.call('GET /api/chat/rooms/{id}/messages', {
        params: { id },
        query: { after: String(messages.at(-1)?.seq ?? 0), limit: '200' },
      });
      messages.push(...page.messages);
      if (!page.hasMoreAfter) return messages;
    }
  };

  it('are uploaded, posted and read, and belong to whoever may read the room', async () => {
    explainFailure();
    const roomId = await newRoom();
    const content = documentOf(3 * MIB);
    const paper = await upload(content);
    await alice.emit('message:send', { roomId, clientMsgId: newClientMsgId(), text: '', attachments: [paper.id] });
    await eventually(async () => (await history(roomId)).length === 1, { timeoutMs: 10_000 });
    expect((await history(roomId))[0]!.attachments).toEqual([paper]);
    const response = await fetch(constellation.url + paper.url, { headers: { authorization: `Bearer ${bob.http.accessToken}` } });
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
    await expect(
      bob.emit('message:send', { roomId, clientMsgId: newClientMsgId(), text: '', attachments: [paper.id] }),
    ).rejects.toMatchObject({
      code: 'MEDIA_NOT_ATTACHABLE',
    });
  });

  it('take no more memory when 20 of 16 MB come at once', { timeout: 240_000 }, async () => {
    explainFailure();
    const { pid } = constellation.processes.media[0]!;
    const memory = () => pssBytes(pid);
    const descriptors = () => readdirSync(`/proc/${pid}/fd`).length;
    const content = documentOf(16 * MIB);
    const sixteen = () => Promise.all(Array.from({ length: 20 }, () => upload(content)));
    await upload(content); // everything that is loaded once is there
    await eventually(() => descriptors() < 60, { timeoutMs: 10_000 });
    const [before, filesBefore] = [memory(), descriptors()];
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, memory())), 50);
    const uploaded = await sixteen().finally(() => clearInterval(watch));
    expect(uploaded.every(({ size }) => size === 16 * MIB)).toBe(true);
    console.log(`20 uploads of 16 MB at once: ${(before / MIB).toFixed(1)} MB before, ${(peak / MIB).toFixed(1)} MB at the most`);
    expect(peak - before).toBeLessThan(100 * MIB);
    // Connections that are kept for the next request count, too; what must not be is more than one for every upload.
    await eventually(() => descriptors() < filesBefore + 50, { timeoutMs: 15_000, describe: 'descriptors are given back' });
  });

  it('are there for every message that names them, whatever is killed, and nothing else is left', { timeout: 180_000 }, async () => {
    explainFailure();
    const roomId = await newRoom();
    const content = documentOf(2 * MIB);
    let isOver = false;
    const posted: string[] = [];
    const uploading = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const paper = await upload(content).catch(() => undefined);
        if (!paper) {
          await delay(100);
          continue;
        }
        const { messageId } = await alice
          .emit('message:send', { roomId, clientMsgId: newClientMsgId(), text: '', attachments: [paper.id] })
          .catch(() => ({
            messageId: '',
          }));
        posted.push(messageId);
      }
    });
    const chatting = (async () => {
      let refused = 0;
      for (let n = 0; !isOver; n += 1) {
        await bob.emit('message:send', { roomId, clientMsgId: newClientMsgId(), text: `text ${n}` }).catch(() => (refused += 1));
        await delay(50);
      }
      return refused;
    })();
    const media = constellation.processes.media[0]!;
    const port = Number(new URL(s3.env['PARLEY_S3_ENDPOINT']!).port);
    for (let round = 0; round < 2; round += 1) {
      await delay(1_000); // the moment is what is tested
      await media.kill();
      await constellation.restart(media);
      await delay(1_000);
      s3.kill('SIGKILL');
      await s3.stop();
      await delay(500);
      s3 = await openS3(port);
    }
    const before = posted.length;
    await eventually(() => posted.length > before + 4, { timeoutMs: 30_000, describe: 'uploads go on' });
    isOver = true;
    await Promise.all(uploading);
    expect(await chatting).toBe(0); // people who only write noticed nothing

    await eventually(
      async () => {
        const stored = new Set((await history(roomId)).map(({ id }) => id));
        return posted.every((id) => id === '' || stored.has(id));
      },
      { timeoutMs: 20_000, describe: 'every accepted message is stored' },
    );
    const attached = (await history(roomId)).flatMap(({ attachments }) => attachments);
    expect(attached.length).toBeGreaterThan(8);
    for (const { url, size } of attached) {
      const response = await fetch(constellation.url + url, { headers: authorization() });
      expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, size]);
    }
    const client = clientOf(s3.env);
    // As if hours had passed: what was under way when the processes died is given up.
    const passTime = () => query(`UPDATE media.files SET changed_at = now() - interval '3 hours' WHERE state IN ('pending', 'removed')`);
    await eventually(
      async () => {
        await passTime();
        const [stored, known] = [
          await listIds(client, s3.env['PARLEY_S3_BUCKET']!),
          await query<{ id: string; state: string }>('SELECT id, state FROM media.files'),
        ];
        expect(known.filter(({ state }) => state !== 'ready' && state !== 'attached')).toEqual([]);
        expect(stored.toSorted()).toEqual(known.map(({ id }) => id).toSorted());
      },
      { timeoutMs: 60_000, intervalMs: 200, describe: 'every file has its bytes, and all bytes their file' },
    );
  });
});

function clientOf(env: Readonly<Record<string, string>>): Client {
  const { hostname, port } = new URL(env['PARLEY_S3_ENDPOINT']!);
  const [accessKey, secretKey] = [env['PARLEY_S3_ACCESS_KEY']!, env['PARLEY_S3_SECRET_KEY']!];
  return new Client({ endPoint: hostname, port: Number(port), useSSL: false, region: 'us-east-1', accessKey, secretKey });
}

async function listIds(client: Client, bucket: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { name } of client.listObjectsV2(bucket, 'media', true) as AsyncIterable<BucketItem>)
    if (name) ids.push(name.split('.').at(-1)!);
  return ids;
}
