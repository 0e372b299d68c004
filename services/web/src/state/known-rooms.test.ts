import { NoAnswerError } from '@parley/client';
import { ParleyError, type Room } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { KnownRooms } from './known-rooms.js';

describe('KnownRooms', () => {
  it('says whether what went wrong may pass, and forgets it once it did', async () => {
    const room = { id: 'a', name: 'Tea' } as Room;
    const answers: (Error | Room)[] = [new NoAnswerError('offline'), new ParleyError('ROOM_NOT_FOUND'), room, new NoAnswerError('offline')];
    const rooms = new KnownRooms(async () => {
      const answer = answers.shift()!;
      if (answer instanceof Error) throw answer;
      return answer;
    });
    const lookup = async () => {
      await rooms.refresh('a');
      return rooms.store.get().get('a');
    };
    expect(await lookup()).toMatchObject({ mayPass: true });
    expect(await lookup()).toMatchObject({ mayPass: false });
    expect(await lookup()).toEqual({ room });
    expect(await lookup()).toEqual({ room });
  });
});
