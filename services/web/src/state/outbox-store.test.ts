import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { IndexedDbOutboxStore } from './indexed-db-outbox-store.js';
import { MemoryOutboxStore } from './memory-outbox-store.js';
import { outboxStoreContract } from './outbox-store.contract.js';

let databases = 0;
const openStore = (name = `person-${(databases += 1)}`) => IndexedDbOutboxStore.open(name);

describe('IndexedDbOutboxStore', () => {
  outboxStoreContract(() => openStore());

  it('keeps entries when the page is closed, and shares them between tabs', async () => {
    const before = await openStore('same person');
    await before.add({ clientMsgId: 'id-1', roomId: 'room', text: 'still here', createdAt: '2026-01-01T00:00:00.000Z', state: 'queued' });
    const otherTab = await openStore('same person');
    expect((await otherTab.firstQueued('room'))?.text).toBe('still here');
    before.close();
    otherTab.close();
    const after = await openStore('same person');
    expect((await after.all()).map((entry) => entry.text)).toEqual(['still here']);
    after.close();
  });
});

describe('MemoryOutboxStore', () => {
  outboxStoreContract(async () => new MemoryOutboxStore());
});
