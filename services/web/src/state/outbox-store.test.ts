import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { DexieOutboxStore } from './dexie-outbox-store.js';
import { MemoryOutboxStore } from './memory-outbox-store.js';
import { outboxStoreContract } from './outbox-store.contract.js';

let databases = 0;
const openDexie = async (name = `person-${(databases += 1)}`) => {
  const store = new DexieOutboxStore(name);
  await store.open();
  return store;
};

describe('DexieOutboxStore', () => {
  outboxStoreContract(() => openDexie());

  it('keeps entries when the page is closed, and shares them between tabs', async () => {
    const before = await openDexie('same person');
    await before.add({ clientMsgId: 'id-1', roomId: 'room', text: 'still here', createdAt: '2026-01-01T00:00:00.000Z', state: 'queued' });
    const otherTab = await openDexie('same person');
    expect((await otherTab.firstQueued('room'))?.text).toBe('still here');
    before.close();
    otherTab.close();
    const after = await openDexie('same person');
    expect((await after.all()).map((entry) => entry.text)).toEqual(['still here']);
    after.close();
  });
});

describe('MemoryOutboxStore', () => {
  outboxStoreContract(async () => new MemoryOutboxStore());
});
