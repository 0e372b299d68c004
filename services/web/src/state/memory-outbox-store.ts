import type { NewOutboxEntry, OutboxEntry, OutboxStore } from './outbox-store.js';

/** For browsers that deny IndexedDB (some private modes): messages wait as long as the page is open. */
export class MemoryOutboxStore implements OutboxStore {
  private readonly entries = new Map<string, OutboxEntry>();
  private lastOrder = 0;

  async add(entry: NewOutboxEntry): Promise<OutboxEntry> {
    const added = { ...entry, order: (this.lastOrder += 1) };
    this.entries.set(entry.clientMsgId, added);
    return added;
  }

  async update(entry: OutboxEntry): Promise<boolean> {
    if (!this.entries.has(entry.clientMsgId)) return false;
    this.entries.set(entry.clientMsgId, entry);
    return true;
  }

  async find(clientMsgId: string): Promise<OutboxEntry | undefined> {
    return this.entries.get(clientMsgId);
  }

  async firstQueued(roomId: string): Promise<OutboxEntry | undefined> {
    return (await this.all()).find((entry) => entry.roomId === roomId && entry.state === 'queued');
  }

  async remove(clientMsgId: string): Promise<void> {
    this.entries.delete(clientMsgId);
  }

  async all(): Promise<OutboxEntry[]> {
    return [...this.entries.values()].sort((a, b) => a.order - b.order);
  }

  async clear(): Promise<void> {
    this.entries.clear();
  }

  close(): void {
    // Nothing is open.
  }
}
