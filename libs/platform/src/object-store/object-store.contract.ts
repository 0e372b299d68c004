import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore, StoredObject } from './object-store.js';

export interface ObjectStoreWorld extends AsyncDisposable {
  readonly store: ObjectStore;
}

const MANY = { maxBytes: 10_000_000 };
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export async function listObjects(store: ObjectStore, prefix: string): Promise<(StoredObject & { readonly modifiedAt: Date })[]> {
  const objects = [];
  for await (const object of store.list(prefix)) objects.push(object);
  return objects;
}

/** What `ObjectStore` promises. Run it against every adapter; production code never imports this. */
export function objectStoreContract(start: () => Promise<ObjectStoreWorld>): void {
  let world: ObjectStoreWorld;
  let store: ObjectStore;
  /** Every test works below a prefix of its own. */
  let root: string;

  beforeEach(async () => {
    world = await start();
    store = world.store;
    root = randomUUID();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const put = (key: string, bytes: Buffer | string, options = MANY) => store.put(key, Readable.from([bytes]), options);
  const get = async (key: string, range?: { start: number; end: number }) => buffer(await store.get(key, range));
  const keys = async (prefix: string) => (await listObjects(store, prefix)).map(({ key }) => key.slice(root.length));

  describe('put', () => {
    it.each([0, 1, 100, 65_536, 3_000_001])('keeps %i bytes as they are', async (size) => {
      const bytes = randomBytes(size);
      const stored = await put(`${root}/a`, bytes);
      expect(stored).toEqual({ key: `${root}/a`, size, sha256: sha256(bytes) });
      expect(await store.find(`${root}/a`)).toEqual(stored);
      expect((await get(`${root}/a`)).equals(bytes)).toBe(true);
    });

    it('takes a body that comes in pieces', async () => {
      const pieces = Array.from({ length: 50 }, (_, i) => randomBytes(i * 1_000));
      const stored = await store.put(`${root}/a`, Readable.from(pieces), MANY);
      expect(stored.sha256).toBe(sha256(Buffer.concat(pieces)));
      expect((await get(`${root}/a`)).equals(Buffer.concat(pieces))).toBe(true);
    });

    it('draws a large body only as fast as it is stored', async () => {
      let produced = 0;
      const body = Readable.from(
        (async function* () {
          for (; produced < 300; produced++) yield Buffer.alloc(100_000, produced);
        })(),
      );
      await expect(store.put(`${root}/a`, body, { maxBytes: 1_000_000 })).rejects.toMatchObject({ code: 'TOO_LARGE' });
      expect(produced).toBeLessThan(150);
    });

    it('refuses more than maxBytes, takes exactly so many, and leaves nothing of the refused', async () => {
      await expect(put(`${root}/a`, randomBytes(11), { maxBytes: 10 })).rejects.toMatchObject({ code: 'TOO_LARGE' });
      expect(await store.find(`${root}/a`)).toBeUndefined();
      expect(await keys(root)).toEqual([]);
      await put(`${root}/a`, randomBytes(10), { maxBytes: 10 });
    });

    it('leaves things as they were when the body fails, and ends the body when it refuses', async () => {
      await put(`${root}/old`, 'old');
      const failing = () =>
        Readable.from(
          (async function* () {
            yield Buffer.from('half');
            throw new Error('the sender went away');
          })(),
        );
      for (const name of ['old', 'new']) await expect(store.put(`${root}/${name}`, failing(), MANY)).rejects.toThrow('went away');
      expect(await keys(root)).toEqual(['/old']);
      expect(String(await get(`${root}/old`))).toBe('old');
      const body = Readable.from([randomBytes(20), randomBytes(20)]);
      await expect(store.put(`${root}/new`, body, { maxBytes: 10 })).rejects.toMatchObject({ code: 'TOO_LARGE' });
      expect(body.destroyed).toBe(true);
    });

    it('replaces what was there, whole', async () => {
      await put(`${root}/a`, 'a longer first text');
      await put(`${root}/a`, 'second');
      expect(String(await get(`${root}/a`))).toBe('second');
      expect(await store.find(`${root}/a`)).toMatchObject({ size: 6, sha256: sha256(Buffer.from('second')) });
    });

    it('ends with one whole body when several are put at once', async () => {
      const bodies = Array.from({ length: 8 }, (_, i) => Buffer.alloc(200_000, i));
      await Promise.all(bodies.map((body) => put(`${root}/a`, body)));
      const stored = await get(`${root}/a`);
      expect(bodies.some((body) => body.equals(stored))).toBe(true);
      expect((await store.find(`${root}/a`))?.sha256).toBe(sha256(stored));
    });
  });

  describe('get', () => {
    const bytes = randomBytes(200_000);

    it.each([
      [0, 0],
      [0, 99],
      [100, 150_000],
      [199_999, 199_999],
      [199_990, 500_000],
      [0, 199_999],
    ])('gives the bytes %i to %i', async (from, to) => {
      await put(`${root}/a`, bytes);
      expect((await get(`${root}/a`, { start: from, end: to })).equals(bytes.subarray(from, to + 1))).toBe(true);
    });

    it.each([
      [200_000, 200_001],
      [5, 4],
    ])('cannot give the bytes %i to %i', async (from, to) => {
      await put(`${root}/a`, bytes);
      await expect(store.get(`${root}/a`, { start: from, end: to })).rejects.toMatchObject({ code: 'RANGE_NOT_SATISFIABLE' });
    });

    it('knows nothing of what is not there', async () => {
      await expect(store.get(`${root}/none`)).rejects.toMatchObject({ code: 'MEDIA_NOT_FOUND' });
      await expect(store.get(`${root}/none`, { start: 0, end: 1 })).rejects.toMatchObject({ code: 'MEDIA_NOT_FOUND' });
      expect(await store.find(`${root}/none`)).toBeUndefined();
    });

    it('may be given up in the middle', async () => {
      await put(`${root}/a`, bytes);
      for (let i = 0; i < 20; i++) (await store.get(`${root}/a`)).destroy();
      expect((await get(`${root}/a`)).equals(bytes)).toBe(true);
    });
  });

  describe('delete', () => {
    it('removes one object and nothing else', async () => {
      for (const name of ['a', 'a/b', 'a-b']) await put(`${root}/${name}`, name);
      await store.delete(`${root}/a`);
      expect(await keys(root)).toEqual(['/a-b', '/a/b']);
      await expect(store.get(`${root}/a`)).rejects.toMatchObject({ code: 'MEDIA_NOT_FOUND' });
    });

    it('succeeds where there is nothing', async () => {
      await expect(store.delete(`${root}/none`)).resolves.toBeUndefined();
      await expect(store.delete(`${root}/none/below`)).resolves.toBeUndefined();
    });
  });

  describe('list', () => {
    it('gives the objects that begin with the prefix, in order of their keys', async () => {
      const names = ['/a', '/a-b', '/a/b', '/a/b/c', '/a0', '/b/a', '/ab'];
      for (const name of names) await put(`${root}${name}`, name);
      expect(await keys(`${root}/`)).toEqual([...names].sort());
      expect(await keys(`${root}/a/`)).toEqual(['/a/b', '/a/b/c']);
      expect(await keys(`${root}/a`)).toEqual(['/a', '/a-b', '/a/b', '/a/b/c', '/a0', '/ab']);
      expect(await keys(`${root}/b`)).toEqual(['/b/a']);
      expect(await keys(`${root}/none`)).toEqual([]);
    });

    it('tells size, hash and time', async () => {
      const before = Date.now();
      const stored = await put(`${root}/a`, 'text');
      const [listed] = await listObjects(store, root);
      expect(listed).toEqual({ ...stored, modifiedAt: expect.any(Date) });
      expect(Math.abs(listed!.modifiedAt.getTime() - before)).toBeLessThan(5_000);
    });
  });

  it.each(['', '/', '/a', 'a/', 'a//b', '../a', 'a/../b', '.', 'a.b', 'A', 'ä', 'a b', 'a\0', 'a\\b', 'a\n', `${'a'.repeat(201)}`])(
    'refuses the key %j',
    async (key) => {
      await expect(put(key, 'x')).rejects.toThrow(TypeError);
      await expect(store.find(key)).rejects.toThrow(TypeError);
      await expect(store.get(key)).rejects.toThrow(TypeError);
      await expect(store.delete(key)).rejects.toThrow(TypeError);
    },
  );

  it('takes the longest key', async () => {
    const key = `${root}/${'a'.repeat(199 - root.length)}`;
    await put(key, 'x');
    expect(String(await get(key))).toBe('x');
  });
}
