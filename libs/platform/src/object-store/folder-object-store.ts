import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { ParleyError } from '@parley/contracts';
import { ObjectStore, assertObjectKey, type StoredObject } from './object-store.js';
import { verified } from './verified.js';

/** Files end with the SHA-256 of what comes before: size, hash and bytes become visible in one rename. */
const HASH_BYTES = 32;
/** No key contains a dot, so an object `a` and a folder `a/` never meet. */
const SUFFIX = '.obj';

/** Objects in a folder of this machine. One process at a time may use a folder. */
export class FolderObjectStore extends ObjectStore {
  private constructor(
    private readonly objects: string,
    private readonly parts: string,
  ) {
    super();
  }

  /** Makes the folder, and removes what a crash in the middle of `put` left behind. */
  static async open(folder: string): Promise<FolderObjectStore> {
    const objects = join(folder, 'objects');
    const parts = join(folder, 'parts');
    await rm(parts, { recursive: true, force: true });
    await mkdir(objects, { recursive: true });
    await mkdir(parts, { recursive: true });
    return new FolderObjectStore(objects, parts);
  }

  /** To read from beside the process that uses the folder, or from one that may not be written to: a backup. */
  static reading(folder: string): FolderObjectStore {
    return new FolderObjectStore(join(folder, 'objects'), join(folder, 'parts'));
  }

  override async put(key: string, body: Readable, { maxBytes }: { maxBytes: number }): Promise<StoredObject> {
    const path = this.#pathOf(key);
    const part = join(this.parts, randomUUID());
    const file = await open(part, 'wx');
    try {
      const written = await writeHashed(file, body, maxBytes);
      await file.sync();
      await file.close();
      await mkdir(dirname(path), { recursive: true });
      await rename(part, path);
      await syncFolder(dirname(path));
      return { key, ...written };
    } catch (error) {
      body.destroy();
      await file.close().catch(() => undefined);
      await rm(part, { force: true });
      throw error;
    }
  }

  override async find(key: string): Promise<StoredObject | undefined> {
    const found = await this.#open(key);
    if (!found) return undefined;
    await found.file.close();
    return { key, size: found.size, sha256: found.sha256 };
  }

  override async get(key: string, range?: { start: number; end: number }): Promise<Readable> {
    const found = await this.#open(key);
    if (!found) throw new ParleyError('MEDIA_NOT_FOUND');
    const { file, size, sha256 } = found;
    const start = range?.start ?? 0;
    const end = Math.min(range?.end ?? size - 1, size - 1);
    if (range && !(start >= 0 && start <= end)) {
      await file.close();
      throw new ParleyError('RANGE_NOT_SATISFIABLE');
    }
    if (size === 0) {
      await file.close();
      return Readable.from([]);
    }
    const bytes = file.createReadStream({ start, end });
    // The callback only keeps `pipeline` from throwing: faults reach the reader through the stream that it holds.
    return range ? bytes : pipeline(bytes, verified(sha256), () => undefined);
  }

  override async delete(key: string): Promise<void> {
    await rm(this.#pathOf(key), { force: true });
  }

  override async *list(prefix: string): AsyncIterable<StoredObject & { readonly modifiedAt: Date }> {
    yield* this.#walk('', prefix);
  }

  async *#walk(folder: string, prefix: string): AsyncIterable<StoredObject & { readonly modifiedAt: Date }> {
    const entries = await readdir(join(this.objects, folder), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []; // nobody has put anything yet
      throw error;
    });
    const keys = entries
      .filter((entry) => entry.isDirectory() || entry.name.endsWith(SUFFIX))
      .map((entry) => folder + (entry.isDirectory() ? `${entry.name}/` : entry.name.slice(0, -SUFFIX.length)))
      .filter((key) => key.startsWith(prefix) || (key.endsWith('/') && prefix.startsWith(key)))
      .sort();
    for (const key of keys) {
      if (key.endsWith('/')) yield* this.#walk(key, prefix);
      else {
        const found = await this.#open(key);
        if (!found) continue; // deleted meanwhile, or none of ours
        await found.file.close();
        yield { key, size: found.size, sha256: found.sha256, modifiedAt: found.modifiedAt };
      }
    }
  }

  async #open(key: string): Promise<{ file: FileHandle; size: number; sha256: string; modifiedAt: Date } | undefined> {
    let file: FileHandle;
    try {
      file = await open(this.#pathOf(key), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      const { size, mtime } = await file.stat();
      if (size < HASH_BYTES) {
        await file.close();
        return undefined;
      }
      const hash = Buffer.alloc(HASH_BYTES);
      await file.read(hash, 0, HASH_BYTES, size - HASH_BYTES);
      return { file, size: size - HASH_BYTES, sha256: hash.toString('hex'), modifiedAt: mtime };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  #pathOf(key: string): string {
    assertObjectKey(key);
    return join(this.objects, key) + SUFFIX;
  }
}

async function writeHashed(file: FileHandle, body: Readable, maxBytes: number): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer | string>) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (size > maxBytes) throw new ParleyError('TOO_LARGE');
    hash.update(bytes);
    await file.writeFile(bytes); // goes on where the last one ended
  }
  const digest = hash.digest();
  await file.writeFile(digest);
  return { size, sha256: digest.toString('hex') };
}

/** Without this the rename itself may be lost in a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
