import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Client } from 'minio';
import { afterAll, describe, expect, inject, it } from 'vitest';
import type { RunningComponent } from '../../../deploy/stack/local-server.ts';
import { startMinio } from '../../../deploy/stack/minio.ts';
import { objectStoreContract } from '../src/object-store/object-store.contract.js';
import { S3ObjectStore, type S3ObjectStoreOptions } from '../src/object-store/s3-object-store.js';

/** Where the tests of one server find it; undefined when it is not to be had. */
type Environment = Readonly<Record<string, string | undefined>>;

let minio: RunningComponent | undefined;
const dir = await mkdtemp(join(tmpdir(), 'parley-minio-'));
try {
  const cacheDir = join(import.meta.dirname, '../../../.cache/stack');
  minio = await startMinio({ dir, cacheDir, log: (line) => process.stderr.write(`stack: ${line}\n`) });
} catch (error) {
  if (process.env.PARLEY_STACK === 'required') throw error;
  process.stderr.write(`stack: !!! THE TESTS ON MINIO ARE SKIPPED !!! ${(error as Error).message}\n`);
}
afterAll(async () => {
  await minio?.stop();
  await rm(dir, { recursive: true, force: true });
});

const SERVERS: [string, Environment][] = [
  ['that the stack starts', inject('stackEnv')],
  ['MinIO', minio?.env ?? {}],
];
const uploads = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('parley-upload-'));

describe.for(SERVERS)('S3ObjectStore on the server %s', ([server, env]) => {
  describe.skipIf(env.PARLEY_S3_ENDPOINT === undefined)('S3', () => {
    testOn(server, env);
  });
});

function testOn(server: string, env: Environment): void {
  const options = (): S3ObjectStoreOptions => ({
    endpoint: env.PARLEY_S3_ENDPOINT!,
    accessKey: env.PARLEY_S3_ACCESS_KEY!,
    secretKey: env.PARLEY_S3_SECRET_KEY!,
    bucket: env.PARLEY_S3_BUCKET!,
  });

  objectStoreContract(async () => {
    const store = new S3ObjectStore(options());
    return { store, [Symbol.asyncDispose]: async () => store.onApplicationShutdown() };
  });

  it('takes a large body without keeping it in memory, and leaves nothing of it on this machine', async () => {
    const store = new S3ObjectStore(options());
    const key = `${randomUUID()}/large`;
    const chunk = randomBytes(64 * 1024);
    const before = await uploads();
    let peak = 0;
    const body = Readable.from(
      (async function* () {
        for (let n = 0; n < 1_600; n++) {
          peak = Math.max(peak, process.memoryUsage().arrayBuffers);
          yield chunk;
        }
      })(),
    );
    const start = process.memoryUsage().arrayBuffers;
    const stored = await store.put(key, body, { maxBytes: 200_000_000 });
    expect(stored.size).toBe(1_600 * 64 * 1024);
    expect(peak - start).toBeLessThan(40_000_000);
    expect(await uploads()).toEqual(before);
    const last = await buffer(await store.get(key, { start: stored.size - chunk.length, end: stored.size }));
    expect(last.equals(chunk)).toBe(true);
    let size = 0;
    for await (const part of await store.get(key)) size += (part as Buffer).length;
    expect(size).toBe(stored.size);
    await expect(store.put(key, Readable.from([chunk, randomBytes(5_000_000)]), { maxBytes: 4_000_000 })).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
    expect(await uploads()).toEqual(before);
    await store.delete(key);
  });

  it('fails instead of ending when the bytes are not those that were put', async () => {
    const store = new S3ObjectStore(options());
    const key = `${randomUUID()}/damaged`;
    const { sha256 } = await store.put(key, Readable.from(['whole']), { maxBytes: 100 });
    const { hostname, port } = new URL(env.PARLEY_S3_ENDPOINT!);
    const client = new Client({ ...options(), endPoint: hostname, port: Number(port), useSSL: false });
    await client.putObject(env.PARLEY_S3_BUCKET!, key.replaceAll('/', '.'), Buffer.from('other'), 5, { 'x-amz-meta-sha256': sha256 });
    await expect(buffer(await store.get(key))).rejects.toThrow('damaged');
    await store.delete(key);
  });

  it('does not see what others keep in the bucket', async () => {
    const store = new S3ObjectStore(options());
    const { hostname, port } = new URL(env.PARLEY_S3_ENDPOINT!);
    const client = new Client({ ...options(), endPoint: hostname, port: Number(port), useSSL: false });
    const name = randomUUID();
    for (const foreign of [name, `${name}.A`, `${name}/x`]) {
      await client.putObject(env.PARLEY_S3_BUCKET!, foreign, Buffer.from('x')).catch(() => undefined); // some servers take no file beside a folder
    }
    const seen = [];
    for await (const object of store.list(name)) seen.push(object);
    expect(seen).toEqual([]);
    expect(await store.find(name)).toBeUndefined();
  });

  it('stores nothing of a body whose way to S3 is cut', async () => {
    const { hostname, port } = new URL(env.PARLEY_S3_ENDPOINT!);
    const proxy = createServer((near) => {
      const far = connect(Number(port), hostname);
      let passed = 0;
      near.on('data', (data) => {
        passed += data.length;
        if (passed > 1_000_000) [near, far].forEach((socket) => socket.destroy());
        else far.write(data);
      });
      far.pipe(near);
      for (const socket of [near, far]) socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const cut = new S3ObjectStore({ ...options(), endpoint: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
    const key = `${randomUUID()}/cut`;
    await expect(cut.put(key, Readable.from([randomBytes(3_000_000)]), { maxBytes: 5_000_000 })).rejects.toThrow('cannot be reached');
    expect(await new S3ObjectStore(options()).find(key)).toBeUndefined();
    proxy.close();
  });

  it.each([
    ['a bucket that is not there', { bucket: 'no-such-bucket' }, /no bucket "no-such-bucket".*PARLEY_S3_BUCKET/],
    ['a wrong key', { accessKey: 'nobody' }, /refuses our credentials.*PARLEY_S3_ACCESS_KEY/],
    ['a wrong secret', { secretKey: 'wrong-secret' }, /refuses our credentials.*PARLEY_S3_SECRET_KEY/],
    ['an address where nobody is', { endpoint: 'http://127.0.0.1:1' }, /cannot be reached.*PARLEY_S3_ENDPOINT/],
  ])('says what to do about %s', async (_, wrong, message) => {
    const store = new S3ObjectStore({ ...options(), ...wrong });
    await expect(store.check()).rejects.toThrow(message);
    await expect(store.get('a')).rejects.toThrow(message);
    if ('bucket' in wrong && server !== 'MinIO') return; // SeaweedFS makes buckets of itself when something is put into them
    await expect(store.put('a', Readable.from(['x']), { maxBytes: 1 })).rejects.toThrow(message);
  });

  it('is content with what is right', async () => {
    await expect(new S3ObjectStore(options()).check()).resolves.toBeUndefined();
  });
}

/** As docs/operating/migrating.md says: objects are copied with their metadata, by any tool. */
describe.skipIf(SERVERS.some(([, env]) => env.PARLEY_S3_ENDPOINT === undefined))('moving from one server to another', () => {
  const [[, newer], [, older]] = SERVERS as [[string, Environment], [string, Environment]];
  const optionsOf = (env: Environment): S3ObjectStoreOptions => ({
    endpoint: env.PARLEY_S3_ENDPOINT!,
    accessKey: env.PARLEY_S3_ACCESS_KEY!,
    secretKey: env.PARLEY_S3_SECRET_KEY!,
    bucket: env.PARLEY_S3_BUCKET!,
  });
  const clientOf = (env: Environment) => {
    const { hostname, port } = new URL(env.PARLEY_S3_ENDPOINT!);
    return new Client({ ...optionsOf(env), endPoint: hostname, port: Number(port), useSSL: false });
  };

  it('finds every copied object there, whole; one that was copied without its metadata is no file', async () => {
    const [from, to] = [clientOf(older), clientOf(newer)];
    const [before, after] = [new S3ObjectStore(optionsOf(older)), new S3ObjectStore(optionsOf(newer))];
    const folder = randomUUID();
    const files = [randomBytes(200_000), Buffer.from('small'), Buffer.alloc(0)];
    const keys = files.map((_, index) => `${folder}/${index}`);
    for (const [index, key] of keys.entries()) await before.put(key, Readable.from([files[index]!]), { maxBytes: 1_000_000 });
    const copy = async (key: string, name: string, withMetadata: boolean) => {
      const place = key.replaceAll('/', '.');
      const { size, metaData } = await from.statObject(older.PARLEY_S3_BUCKET!, place);
      const body = await from.getObject(older.PARLEY_S3_BUCKET!, place);
      const metadata = withMetadata
        ? Object.fromEntries(Object.entries(metaData).map(([each, value]) => [`x-amz-meta-${each}`, String(value)]))
        : {};
      await to.putObject(newer.PARLEY_S3_BUCKET!, name.replaceAll('/', '.'), body, size, metadata);
    };
    for (const key of keys) await copy(key, key, true);
    for (const [index, key] of keys.entries()) {
      expect(await after.find(key)).toEqual(await before.find(key));
      expect((await buffer(await after.get(key))).equals(files[index]!)).toBe(true);
    }
    await copy(keys[0]!, `${folder}/bare`, false);
    const bare = after.get(`${folder}/bare`).then(buffer);
    await expect(bare).rejects.toThrow();
  });
});
