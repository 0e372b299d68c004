import { describe, expect, it } from 'vitest';
import { messageIdOf } from './message-id.js';

const sender = '0190c1a2-0000-7000-8000-000000000001';
const room = '0190c1a2-0000-7000-8000-000000000002';
const v7 = '0190c1a2-b3c4-7def-8123-456789abcdef';

describe('messageIdOf', () => {
  it('names the same message for every retry', () => {
    expect(messageIdOf(sender, room, v7)).toBe(messageIdOf(sender, room, v7));
  });

  it("differs by sender, by room and by the client's key", () => {
    const ids = [
      messageIdOf(sender, room, v7),
      messageIdOf(room, room, v7),
      messageIdOf(sender, sender, v7),
      messageIdOf(sender, room, 'a'),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it('is a version 7 UUID that carries the time of a version 7 key', () => {
    expect(messageIdOf(sender, room, v7)).toMatch(/^0190c1a2-b3c4-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(messageIdOf(sender, room, 'any_key')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
