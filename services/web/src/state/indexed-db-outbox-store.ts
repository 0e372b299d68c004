import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { NewOutboxEntry, OutboxEntry, OutboxStore } from './outbox-store.js';

interface OutboxSchema extends DBSchema {
  entries: {
    key: number;
    value: OutboxEntry;
    indexes: { clientMsgId: string; '[roomId+state]': [string, OutboxEntry['state']] };
  };
}

/** Of the database; what browsers hold from earlier versions has this number and this shape. */
const VERSION = 10;

/** In IndexedDB, one database per person: two accounts in one browser never send each other's messages. */
export class IndexedDbOutboxStore implements OutboxStore {
  private constructor(private readonly database: IDBPDatabase<OutboxSchema>) {}

  /** @throws when the browser denies IndexedDB */
  static async open(userId: string): Promise<IndexedDbOutboxStore> {
    const database = await openDB<OutboxSchema>(`parley-outbox-${userId}`, VERSION, {
      upgrade: (made) => {
        const entries = made.createObjectStore('entries', { keyPath: 'order', autoIncrement: true });
        entries.createIndex('clientMsgId', 'clientMsgId', { unique: true });
        entries.createIndex('[roomId+state]', ['roomId', 'state']);
      },
      // A newer page in another tab wants to change the database: it waits for nobody.
      blocking: (_current, _wanted, event) => (event.target as IDBDatabase).close(),
    });
    return new IndexedDbOutboxStore(database);
  }

  async add(entry: NewOutboxEntry): Promise<OutboxEntry> {
    const order = await this.database.add('entries', { ...entry } as OutboxEntry);
    return { ...entry, order };
  }

  async update(entry: OutboxEntry): Promise<boolean> {
    const transaction = this.database.transaction('entries', 'readwrite');
    const order = await transaction.store.index('clientMsgId').getKey(entry.clientMsgId);
    if (order === undefined) return false;
    if (order !== entry.order) await transaction.store.delete(order);
    await Promise.all([transaction.store.put(entry), transaction.done]);
    return true;
  }

  find(clientMsgId: string): Promise<OutboxEntry | undefined> {
    return this.database.getFromIndex('entries', 'clientMsgId', clientMsgId);
  }

  /** Entries of an index that are alike stand in the order of their keys. */
  firstQueued(roomId: string): Promise<OutboxEntry | undefined> {
    return this.database.getFromIndex('entries', '[roomId+state]', [roomId, 'queued']);
  }

  async remove(clientMsgId: string): Promise<void> {
    const transaction = this.database.transaction('entries', 'readwrite');
    const order = await transaction.store.index('clientMsgId').getKey(clientMsgId);
    if (order !== undefined) await Promise.all([transaction.store.delete(order), transaction.done]);
  }

  all(): Promise<OutboxEntry[]> {
    return this.database.getAll('entries');
  }

  async clear(): Promise<void> {
    await this.database.clear('entries');
  }

  close(): void {
    this.database.close();
  }
}
