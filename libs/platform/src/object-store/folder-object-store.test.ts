import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderObjectStore } from './folder-object-store.js';
import { listObjects, objectStoreContract } from './object-store.contract.js';

describe('FolderObjectStore', () => {
  objectStoreContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-objects-'));
    return {
      store: await FolderObjectStore.open(folder),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    };
  });

  describe('on disk', () => {
    let folder: string;
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'parley-objects-'))));
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it('keeps objects over a restart and sweeps what a crash left', async () => {
      const first = await FolderObjectStore.open(folder);
      await first.put('a/b', Readable.from(['kept']), { maxBytes: 10 });
      await writeFile(join(folder, 'parts', 'left'), 'half of an upload');
      const second = await FolderObjectStore.open(folder);
      expect(await readdir(join(folder, 'parts'))).toEqual([]);
      expect(String(await buffer(await second.get('a/b')))).toBe('kept');
    });

    it('leaves no part behind when it refuses a body', async () => {
      const store = await FolderObjectStore.open(folder);
      await expect(store.put('a', Readable.from(['too much']), { maxBytes: 3 })).rejects.toThrow();
      expect(await readdir(join(folder, 'parts'))).toEqual([]);
    });

    it('fails rather than ends when the bytes are not those that were put', async () => {
      const store = await FolderObjectStore.open(folder);
      await store.put('a', Readable.from([Buffer.alloc(100_000, 1)]), { maxBytes: 100_000 });
      await truncate(join(folder, 'objects', 'a.obj'), 90_000);
      await expect(buffer(await store.get('a'))).rejects.toThrow('damaged');
    });

    it('passes over what is not an object of ours', async () => {
      const store = await FolderObjectStore.open(folder);
      await writeFile(join(folder, 'objects', 'Thumbs.db'), 'x');
      await writeFile(join(folder, 'objects', 'short.obj'), 'x');
      await store.put('a', Readable.from(['x']), { maxBytes: 10 });
      expect((await listObjects(store, '')).map(({ key }) => key)).toEqual(['a']);
    });
  });
});
