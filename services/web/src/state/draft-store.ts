import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { PendingFile } from './outbox-store.js';

/** What somebody began to write in a room, as this device knows it. */
export interface LocalDraft {
  readonly roomId: string;
  readonly text: string;
  readonly replyTo: string | null;
  /** ISO 8601, by the clock of whoever wrote it. */
  readonly updatedAt: string;
  /** The server's; 0 before it has heard of it. */
  readonly rev: number;
  /** The server has not heard of it. */
  readonly isUnsaved: boolean;
}

/** A file that was picked for a message that is not sent. */
export interface StoredFile extends PendingFile {
  readonly roomId: string;
  /** Milliseconds since 1970. */
  readonly storedAtMs: number;
}

/** Where drafts are kept while the server cannot be told. Shared by all tabs. */
export interface DraftStore {
  all(): Promise<LocalDraft[]>;
  put(draft: LocalDraft): Promise<void>;
  /** In the order in which they were picked. */
  files(): Promise<StoredFile[]>;
  file(key: string): Promise<StoredFile | undefined>;
  putFile(file: StoredFile): Promise<void>;
  removeFile(key: string): Promise<void>;
  clear(): Promise<void>;
  close(): void;
}

interface DraftSchema extends DBSchema {
  drafts: { key: string; value: LocalDraft };
  files: { key: string; value: StoredFile };
}

class IndexedDbDraftStore implements DraftStore {
  constructor(private readonly database: IDBPDatabase<DraftSchema>) {}

  all(): Promise<LocalDraft[]> {
    return this.database.getAll('drafts');
  }

  async put(draft: LocalDraft): Promise<void> {
    if (draft.text === '' && !draft.isUnsaved) await this.database.delete('drafts', draft.roomId);
    else await this.database.put('drafts', draft);
  }

  files(): Promise<StoredFile[]> {
    return this.database.getAll('files');
  }

  file(key: string): Promise<StoredFile | undefined> {
    return this.database.get('files', key);
  }

  async putFile(file: StoredFile): Promise<void> {
    await this.database.put('files', file);
  }

  async removeFile(key: string): Promise<void> {
    await this.database.delete('files', key);
  }

  async clear(): Promise<void> {
    await Promise.all([this.database.clear('drafts'), this.database.clear('files')]);
  }

  close(): void {
    this.database.close();
  }
}

/** For browsers that deny IndexedDB: what the server was not told is lost with the page. */
export class NoDraftStore implements DraftStore {
  all(): Promise<LocalDraft[]> {
    return Promise.resolve([]);
  }

  async put(): Promise<void> {
    // Nothing is kept.
  }

  files(): Promise<StoredFile[]> {
    return Promise.resolve([]);
  }

  file(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async putFile(): Promise<void> {
    // Nothing is kept.
  }

  async removeFile(): Promise<void> {
    // Nothing is kept.
  }

  async clear(): Promise<void> {
    // Nothing is kept.
  }

  close(): void {
    // Nothing is open.
  }
}

/** One database per person. */
export async function openDraftStore(userId: string): Promise<DraftStore> {
  try {
    const database = await openDB<DraftSchema>(`parley-drafts-${userId}`, 2, {
      upgrade: (made, before) => {
        if (before < 1) made.createObjectStore('drafts', { keyPath: 'roomId' });
        // Keys are UUIDv7: their order is that of picking.
        made.createObjectStore('files', { keyPath: 'key' });
      },
      blocking: (_current, _wanted, event) => (event.target as IDBDatabase).close(),
    });
    return new IndexedDbDraftStore(database);
  } catch (error) {
    console.warn('drafts that the server does not know do not survive a reload here', error);
    return new NoDraftStore();
  }
}
