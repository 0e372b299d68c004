import { createHash } from 'node:crypto';
import { DIRECT_ROOM_NAMESPACE } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { directPair, directRoomId, isDirectRoomIdShape } from './direct-room-id.js';

const alice = '0190c1a2-0000-7000-8000-00000000000a';
const bob = '0190c1a2-0000-7000-8000-00000000000b';

/** RFC 9562 §5.5, written out. */
function uuidV5(name: string, namespace: string): string {
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16);
  digest[6] = (digest[6]! & 0x0f) | 0x50;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  return digest.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

describe('directRoomId', () => {
  it('is the version 5 UUID of the two ids, the smaller first', () => {
    expect(directRoomId(alice, bob)).toBe(uuidV5(`${alice}:${bob}`, DIRECT_ROOM_NAMESPACE));
  });

  it('is the same for both people and looks like what it is', () => {
    expect(directRoomId(bob, alice)).toBe(directRoomId(alice, bob));
    expect(isDirectRoomIdShape(directRoomId(alice, bob))).toBe(true);
    expect(isDirectRoomIdShape(alice)).toBe(false);
    expect(directPair(bob, alice)).toEqual([alice, bob]);
  });
});
