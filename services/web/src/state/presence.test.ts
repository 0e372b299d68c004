import type { PresenceStatus } from '@parley/contracts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Presence, type PresenceConnection } from './presence.js';

const status = (userId: string, state: PresenceStatus['state']): PresenceStatus => ({ userId, state, lastSeenAt: null });

describe('Presence', () => {
  const watch = vi.fn<PresenceConnection['watch']>();
  const set = vi.fn<PresenceConnection['set']>();
  let presence: Presence;
  beforeEach(() => {
    vi.useFakeTimers();
    watch.mockReset().mockImplementation(async (userIds) => ({ states: userIds.map((id) => status(id, 'online')) }));
    set.mockReset().mockResolvedValue({});
    presence = new Presence({ watch, set });
    presence.setOnline(true);
    return () => {
      presence.dispose();
      vi.useRealTimers();
    };
  });
  const pass = () => vi.advanceTimersByTimeAsync(250);

  it('watches whom any view shows, once for all that come together', async () => {
    presence.show(['bob', 'alice']);
    const end = presence.show(['carol', 'bob']);
    await pass();
    expect(watch.mock.calls).toEqual([[['alice', 'bob', 'carol']]]);
    expect(presence.store.get().get('carol')?.state).toBe('online');
    end();
    await pass();
    expect(watch).toHaveBeenLastCalledWith(['alice', 'bob']);
    presence.show(['alice']);
    await pass();
    expect(watch).toHaveBeenCalledTimes(2);
  });

  it('watches again over a new connection, and says again that nobody is there', async () => {
    presence.show(['bob']);
    presence.setOwnState('away');
    await pass();
    presence.setOnline(false);
    presence.setOwnState('online');
    presence.setOwnState('away');
    presence.setOnline(true);
    await pass();
    expect(watch).toHaveBeenCalledTimes(2);
    expect(set.mock.calls).toEqual([['away'], ['away']]);
  });

  it('takes over what the server tells, and asks again after a failure', async () => {
    watch.mockRejectedValueOnce(new Error('away'));
    presence.show(['bob']);
    await pass();
    presence.apply({ states: [status('bob', 'away')] });
    expect(presence.store.get().get('bob')?.state).toBe('away');
    presence.show(['bob']);
    await pass();
    expect(presence.store.get().get('bob')?.state).toBe('online');
  });
});
