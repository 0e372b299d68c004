import { afterEach, beforeEach, expect, it } from 'vitest';
import { uuidOf } from '@parley/client/testing';
import type { NewOutboxEntry, OutboxStore } from './outbox-store.js';

const entryOf = (number: number, changes: Partial<NewOutboxEntry> = {}): NewOutboxEntry => ({
  clientMsgId: `id-${number}`,
  roomId: uuidOf(1),
  text: `text ${number}`,
  createdAt: '2026-01-01T00:00:00.000Z',
  state: 'queued',
  ...changes,
});

/** What the outbox relies on, for every way of storing it. */
export function outboxStoreContract(open: () => Promise<OutboxStore>): void {
  let store: OutboxStore;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  const texts = async () => (await store.all()).map((entry) => entry.text);

  it('keeps the order in which entries came', async () => {
    const added = [await store.add(entryOf(2)), await store.add(entryOf(1)), await store.add(entryOf(3))];
    expect(added.map((entry) => entry.order)).toEqual([...added.map((entry) => entry.order)].sort((a, b) => a - b));
    expect(await texts()).toEqual(['text 2', 'text 1', 'text 3']);
  });

  it('finds the first that waits in a room', async () => {
    await store.add(entryOf(1, { state: 'failed' }));
    await store.add(entryOf(2, { roomId: uuidOf(2) }));
    await store.add(entryOf(3));
    await store.add(entryOf(4));
    expect((await store.firstQueued(uuidOf(1)))?.text).toBe('text 3');
    expect(await store.firstQueued(uuidOf(7))).toBeUndefined();
  });

  it('changes an entry in its place', async () => {
    const first = await store.add(entryOf(1));
    await store.add(entryOf(2));
    expect(await store.update({ ...first, state: 'accepted', acceptedAt: '2026-01-01T00:00:01.000Z' })).toBe(true);
    expect(await store.find('id-1')).toEqual({ ...first, state: 'accepted', acceptedAt: '2026-01-01T00:00:01.000Z' });
    expect(await texts()).toEqual(['text 1', 'text 2']);
  });

  it('does not bring back what was removed', async () => {
    const first = await store.add(entryOf(1));
    await store.remove('id-1');
    expect(await store.update({ ...first, state: 'accepted' })).toBe(false);
    expect(await store.all()).toEqual([]);
  });

  it('puts an entry that comes again at the end', async () => {
    await store.add(entryOf(1));
    await store.add(entryOf(2));
    await store.remove('id-1');
    await store.add(entryOf(1));
    expect(await texts()).toEqual(['text 2', 'text 1']);
  });

  it('forgets everything on demand', async () => {
    await store.add(entryOf(1));
    await store.clear();
    expect(await store.all()).toEqual([]);
  });
}
