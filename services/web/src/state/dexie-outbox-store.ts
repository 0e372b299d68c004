import { Dexie, type EntityTable } from 'dexie';
import type { NewOutboxEntry, OutboxEntry, OutboxStore } from './outbox-store.js';

/** In IndexedDB, one database per person: two accounts in one browser never send each other's messages. */
export class DexieOutboxStore implements OutboxStore {
  private readonly database: Dexie & { entries: EntityTable<OutboxEntry, 'order'> };

  constructor(userId: string) {
    this.database = new Dexie(`parley-outbox-${userId}`) as typeof this.database;
    this.database.version(1).stores({ entries: '++order, &clientMsgId, [roomId+state]' });
  }

  /** @throws when the browser denies IndexedDB */
  async open(): Promise<void> {
    await this.database.open();
  }

  async add(entry: NewOutboxEntry): Promise<OutboxEntry> {
    const order = await this.database.entries.add({ ...entry });
    return { ...entry, order };
  }

  async update(entry: OutboxEntry): Promise<boolean> {
    return this.database.transaction('rw', this.database.entries, async () => {
      if (!(await this.find(entry.clientMsgId))) return false;
      await this.database.entries
        .where({ clientMsgId: entry.clientMsgId })
        .and((row) => row.order !== entry.order)
        .delete();
      await this.database.entries.put(entry);
      return true;
    });
  }

  find(clientMsgId: string): Promise<OutboxEntry | undefined> {
    return this.database.entries.get({ clientMsgId });
  }

  async firstQueued(roomId: string): Promise<OutboxEntry | undefined> {
    const [first] = await this.database.entries.where({ roomId, state: 'queued' }).sortBy('order');
    return first;
  }

  async remove(clientMsgId: string): Promise<void> {
    await this.database.entries.where({ clientMsgId }).delete();
  }

  all(): Promise<OutboxEntry[]> {
    return this.database.entries.orderBy('order').toArray();
  }

  async clear(): Promise<void> {
    await this.database.entries.clear();
  }

  close(): void {
    this.database.close();
  }
}
