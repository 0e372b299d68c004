import type { Room } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { RoomNames } from './room-names.js';

const room = (id: string, name: string) => ({ id, name, kind: 'room' }) as Room;

describe('RoomNames', () => {
  const asked: string[] = [];
  const names = new RoomNames({
    joined: () => [room('1', 'General'), { ...room('9', 'ann'), kind: 'direct' }],
    search: async (query) => {
      asked.push(query);
      return { rooms: [room('2', 'Off topic music'), room('3', 'Off Topic')], nextCursor: null };
    },
  });

  it('knows the rooms that one is in, and asks for others once', async () => {
    names.need('general');
    expect(names.store.get().get('general')).toBe('1');
    names.need('off topic');
    names.need('Off topic');
    names.need('ann');
    names.need('1');
    await Promise.resolve();
    await Promise.resolve();
    expect(names.store.get().get('off topic')).toBe('3');
    expect(names.store.get().get('ann')).toBeNull();
    expect(asked).toEqual(['off topic', 'ann']);
  });
});
