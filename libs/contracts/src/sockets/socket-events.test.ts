import { describe, expect, it } from 'vitest';
import { ParleyError } from '../errors/parley-error.js';
import { LIMITS } from '../limits.js';
import { AckError, ackError } from './ack.js';
import { CLIENT_EVENTS, OpenRoom, RoomPosition, SyncRooms } from './client-events.js';
import { Ready, SERVER_EVENTS } from './server-events.js';

const ROOM = '0198c0de-0000-7000-8000-0000000000aa';

it('clients may send what is served today, and nothing else', () => {
  expect(Object.keys(CLIENT_EVENTS).sort()).toEqual(
    [
      'auth:renew',
      'message:delete',
      'message:edit',
      'message:react',
      'message:send',
      'presence:set',
      'presence:watch',
      'room:close',
      'room:open',
      'room:read',
      'rooms:sync',
      'typing',
    ].sort(),
  );
});

it('gateways send what is served today, and nothing else', () => {
  expect(Object.keys(SERVER_EVENTS).sort()).toEqual(
    [
      'activity',
      'lists:stale',
      'message:changed',
      'messages',
      'presence',
      'ready',
      'draft:changed',
      'room:changed',
      'room:head',
      'room:member',
      'room:favourite',
      'room:read',
      'rooms:read',
      'server:drain',
      'session:ended',
      'typing',
      'user:changed',
    ].sort(),
  );
});

it.each(Object.entries(CLIENT_EVENTS))('%s refuses anything that is not an object of its own fields', (_name, { payload }) => {
  for (const input of [undefined, null, 1, 'text', [], { roomId: ROOM, unknown: 1 }]) expect(payload.safeParse(input).success).toBe(false);
});

it.each(Object.entries(SERVER_EVENTS))('%s may grow: unknown fields are passed over', (_name, schema) => {
  const issues = schema.safeParse({ later: 1 }).error?.issues ?? [];
  expect(issues.map(({ code }) => code)).not.toContain('unrecognized_keys');
});

describe('room positions', () => {
  it('an id is one id however it is spelled', () => {
    expect(OpenRoom.parse({ roomId: ROOM.toUpperCase() })).toEqual({ roomId: ROOM });
  });

  it.each([-1, 1.5, Number.MAX_SAFE_INTEGER + 1, '1', null])('lastSeq %j is refused', (lastSeq) => {
    expect(OpenRoom.safeParse({ roomId: ROOM, epoch: 1, lastSeq }).success).toBe(false);
  });

  it('0 is the position before the first message, and there is no epoch 0', () => {
    expect(RoomPosition.safeParse({ roomId: ROOM, epoch: 1, lastSeq: 0 }).success).toBe(true);
    expect(RoomPosition.safeParse({ roomId: ROOM, epoch: 0, lastSeq: 0 }).success).toBe(false);
  });

  it('rooms:sync takes any entries, so that one bad one fails no other, but not too many', () => {
    expect(SyncRooms.safeParse({ rooms: [{ roomId: ROOM, epoch: 1, lastSeq: 0 }, null, 'nonsense'] }).success).toBe(true);
    expect(SyncRooms.safeParse({ rooms: Array.from({ length: LIMITS.syncRoomsMax }, () => null) }).success).toBe(true);
    expect(SyncRooms.safeParse({ rooms: Array.from({ length: LIMITS.syncRoomsMax + 1 }, () => null) }).success).toBe(false);
  });
});

it('ready tells every limit that a client needs', () => {
  expect(Object.keys(Ready.shape.limits.shape).sort()).toEqual(
    [
      'textMax',
      'attachmentsMax',
      'clientMsgIdMax',
      'pageMax',
      'syncRoomsMax',
      'syncMessagesMax',
      'presenceMax',
      'frameBytesMax',
      'reactionKindsMax',
      'roomNameMax',
      'topicMax',
      'mediaBytesMax',
    ].sort(),
  );
});

describe('acknowledgements of failures', () => {
  it('carry the catalogue, and the wait where there is one', () => {
    expect(ackError(new ParleyError('RATE_LIMITED', { retryAfterMs: 250 }))).toEqual({
      code: 'RATE_LIMITED',
      message: 'Too many requests. Wait a moment.',
      retryable: true,
      retryAfterMs: 250,
    });
    const forbidden = ackError(new ParleyError('FORBIDDEN', { detail: 'Owners only.', cause: new Error('secret') }));
    expect(forbidden).toEqual({ code: 'FORBIDDEN', message: 'Owners only.', retryable: false });
    expect(AckError.safeParse(forbidden).success).toBe(true);
  });
});
