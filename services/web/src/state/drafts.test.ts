import type { Draft } from '@parley/contracts';
import { NoAnswerError, noOtherTabs } from '@parley/client';
import { uuidOf } from '@parley/client/testing';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDraftStore } from './draft-store.js';
import { Drafts } from './drafts.js';

/** As much of the server as drafts see. */
class FakeServer {
  readonly kept = new Map<string, Draft>();
  readonly calls: string[] = [];
  isAway = false;
  rev = 0;

  write(roomId: string, text: string, updatedAt = new Date().toISOString()): Draft {
    const known = this.kept.get(roomId);
    if (known && known.updatedAt > updatedAt) return known;
    const draft = { roomId, text, replyTo: null, updatedAt, rev: (this.rev += 1) };
    this.kept.set(roomId, draft);
    return draft;
  }
}

describe('Drafts', () => {
  const room = uuidOf(1);
  let server: FakeServer;
  let drafts: Drafts;
  let people = 0;

  const open = async (person: string) =>
    new Drafts({
      store: await openDraftStore(person),
      channel: noOtherTabs(),
      random: () => 0.5,
      list: async () => {
        if (server.isAway) throw new NoAnswerError('lost');
        return { drafts: [...server.kept.values()].filter(({ text }) => text !== '') };
      },
      save: async (roomId, { text, updatedAt }) => {
        if (server.isAway) throw new NoAnswerError('lost');
        server.calls.push(text);
        return server.write(roomId, text, updatedAt);
      },
    });
  const text = () => drafts.of(room)?.text ?? '';

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    server = new FakeServer();
    drafts = await open(`person-${(people += 1)}`);
    await drafts.start();
    await drafts.setOnline(true);
  });
  afterEach(() => {
    drafts.dispose();
    vi.useRealTimers();
  });

  it('shows every letter at once and saves when the typing pauses', async () => {
    for (const typed of ['H', 'He', 'Hey']) drafts.edit(room, typed, null);
    expect(text()).toBe('Hey');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.calls).toEqual(['Hey']);
    expect(drafts.of(room)).toMatchObject({ isUnsaved: false, rev: 1 });
    drafts.edit(room, 'Hey', null);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(server.calls).toHaveLength(1);
  });

  it('ends at once, so that what was sent does not come back elsewhere', async () => {
    drafts.edit(room, 'Hey', null);
    drafts.end(room);
    await vi.advanceTimersByTimeAsync(0);
    expect(server.calls).toEqual(['']);
  });

  it('keeps what is to be answered before a word is written, which is nothing to the server', async () => {
    drafts.edit(room, '', uuidOf(2));
    await vi.advanceTimersByTimeAsync(0);
    expect(drafts.of(room)).toMatchObject({ text: '', replyTo: uuidOf(2), isUnsaved: false });
    drafts.applyChange(server.write(room, ''));
    expect(drafts.of(room)?.replyTo).toBeNull();
  });

  it('takes what another device wrote later, and keeps what is newer here', async () => {
    drafts.applyChange(server.write(room, 'from the phone'));
    expect(text()).toBe('from the phone');
    const old = server.kept.get(room)!;
    await vi.advanceTimersByTimeAsync(10);
    drafts.edit(room, 'from here', null);
    drafts.applyChange({ ...old, rev: 7 });
    expect(text()).toBe('from here');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.kept.get(room)?.text).toBe('from here');
  });

  it('has the last word over what it has seen, with a clock that is behind', async () => {
    drafts.applyChange(server.write(room, 'from a device that is ahead', new Date(Date.now() + 3_600_000).toISOString()));
    drafts.edit(room, 'from here', null);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([text(), server.kept.get(room)?.text]).toEqual(['from here', 'from here']);
    drafts.end(room);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([text(), server.kept.get(room)?.text]).toEqual(['', '']);
  });

  it('survives a reload without a connection, and is saved when there is one', async () => {
    server.isAway = true;
    await drafts.setOnline(false);
    drafts.edit(room, 'written in a tunnel', null);
    await vi.advanceTimersByTimeAsync(5_000);
    drafts.dispose();
    vi.useRealTimers();
    drafts = await open(`person-${people}`);
    await drafts.start();
    expect(text()).toBe('written in a tunnel');
    server.isAway = false;
    await drafts.setOnline(true);
    await vi.waitFor(() => expect(server.kept.get(room)?.text).toBe('written in a tunnel'));
  });

  it('drops what was ended on another device meanwhile', async () => {
    drafts.edit(room, 'Hey', null);
    await vi.advanceTimersByTimeAsync(1_000);
    await drafts.setOnline(false);
    server.write(room, '', new Date(Date.now() + 1_000).toISOString());
    await drafts.setOnline(true);
    expect(text()).toBe('');
  });
});
