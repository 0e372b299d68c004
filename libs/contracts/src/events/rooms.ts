import { z } from 'zod';
import { User } from '../http/accounts.js';
import { MemberRev, RoomKind, RoomRole, Visibility } from '../http/rooms.js';
import { IsoTime, RoomId, Seq, UserId } from '../ids.js';
import { defineEvent } from './define-event.js';

/** A room as it is for nobody in particular: what a viewer's `Room` is made from. */
export const RoomState = z.strictObject({
  id: RoomId,
  kind: RoomKind,
  name: z.string(),
  topic: z.string(),
  visibility: Visibility,
  memberCount: z.number().int().nonnegative(),
  head: Seq,
  slowModeSeconds: z.number().int().nonnegative(),
  archivedAt: IsoTime.nullable(),
  createdAt: IsoTime,
  createdBy: UserId.nullable(),
});
export type RoomState = z.output<typeof RoomState>;

export const RoomChanged = defineEvent({
  type: 'room.changed.v1',
  topic: 'chat.rooms',
  keyOf: (event) => event.room.id,
  schema: z.strictObject({ room: RoomState }),
});
export type RoomChanged = z.output<typeof RoomChanged.schema>;

const membership = {
  roomId: RoomId,
  userId: UserId,
  change: z.enum(['joined', 'left', 'removed', 'banned', 'role']),
  role: RoomRole.nullable(),
  user: z.strictObject(User.shape),
  at: IsoTime,
};

/** Written before facts told the count; read as long as a log may hold one. */
export const MembershipChangedV1 = defineEvent({
  type: 'membership.changed.v1',
  topic: 'chat.rooms',
  keyOf: (event) => event.roomId,
  schema: z.strictObject(membership),
});
export type MembershipChangedV1 = z.output<typeof MembershipChangedV1.schema>;

/** With the count of members after it, and the number of that count's change. */
export const MembershipChanged = defineEvent({
  type: 'membership.changed.v2',
  topic: 'chat.rooms',
  keyOf: (event) => event.roomId,
  schema: z.strictObject({ ...membership, memberCount: z.number().int().nonnegative(), memberRev: MemberRev }),
});
export type MembershipChanged = z.output<typeof MembershipChanged.schema>;

/** A member may not write until then; null: he may again. */
export const MemberMuted = defineEvent({
  type: 'member.muted.v1',
  topic: 'chat.rooms',
  keyOf: (event) => event.roomId,
  schema: z.strictObject({
    roomId: RoomId,
    userId: UserId,
    role: RoomRole,
    user: z.strictObject(User.shape),
    mutedUntil: IsoTime.nullable(),
    at: IsoTime,
  }),
});
export type MemberMuted = z.output<typeof MemberMuted.schema>;
