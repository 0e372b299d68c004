import { IndexedDbOutboxStore } from './indexed-db-outbox-store.js';
import { MemoryOutboxStore } from './memory-outbox-store.js';
import type { OutboxStore } from './outbox-store.js';

/** IndexedDB where the browser has it, memory else. */
export async function openOutboxStore(userId: string): Promise<OutboxStore> {
  try {
    return await IndexedDbOutboxStore.open(userId);
  } catch (error) {
    console.warn('messages that are not sent yet do not survive a reload here', error);
    return new MemoryOutboxStore();
  }
}
