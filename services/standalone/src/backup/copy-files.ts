import type { ObjectStore } from '@parley/platform';
import { BackupError } from './backup-error.js';

const AT_ONCE = 4;

export interface CopiedFiles {
  readonly count: number;
  readonly bytes: number;
}

/**
 * Copies every object that `to` does not have yet, checked against its hash on the way. One that is deleted meanwhile is passed over.
 * Counts all that are there afterwards.
 */
export async function copyFiles(from: ObjectStore, to: ObjectStore): Promise<CopiedFiles> {
  const copied = { count: 0, bytes: 0 };
  const copy = async ({ key, size, sha256 }: { key: string; size: number; sha256: string }): Promise<void> => {
    if ((await to.find(key))?.sha256 !== sha256) {
      const body = await from.get(key).catch((error: unknown) => {
        if ((error as { code?: string }).code === 'MEDIA_NOT_FOUND') return undefined;
        throw error;
      });
      if (!body) return;
      const stored = await to.put(key, body, { maxBytes: size });
      if (stored.sha256 !== sha256) throw new BackupError(`the object ${key} is damaged`);
    }
    copied.count += 1;
    copied.bytes += size;
  };
  const objects = from.list('')[Symbol.asyncIterator]();
  const work = async (): Promise<void> => {
    for (;;) {
      const next = await objects.next(); // of an async generator: calls at once are served one after the other
      if (next.done) return;
      await copy(next.value);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return copied;
}
