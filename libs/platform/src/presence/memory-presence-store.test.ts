import { describe, expect, it } from 'vitest';
import { MemoryPresenceStore } from './memory-presence-store.js';
import { presenceStoreContract } from './presence-store.contract.js';

describe('MemoryPresenceStore', () => {
  presenceStoreContract(async () => {
    let now = Date.now();
    return {
      store: new MemoryPresenceStore(() => now),
      now: () => now,
      pass: async (ms) => void (now += ms),
      [Symbol.asyncDispose]: async () => undefined,
    };
  });

  it('ends a first lease that is never renewed', async () => {
    let now = 0;
    const store = new MemoryPresenceStore(() => now);
    await store.connect({ gatewayId: 'g', socketId: 's', userId: 'u', state: 'online' });
    now = 60_000;
    expect(await store.find(['u'])).toEqual([{ userId: 'u', state: 'offline', lastSeenAt: 45_000 }]);
  });
});
