import { ParleyError, type ErrorCode, type RoomRole } from '@parley/contracts';
import type { RoomFacts } from './room-access.js';

export type RoomAction = MemberAction | MessageAction | RunningAction;

/** What is done to a message; who it belongs to matters as well (`messageRefusalOf`). */
export type MessageAction = 'edit' | 'delete' | 'react';

/** What people do in a room for themselves. */
export type MemberAction =
  'read' | 'send' | 'mark-read' | 'list-unread' | 'set-notifications' | 'set-favourite' | 'draft' | 'join' | 'join-invited' | 'leave';

/** What people do to a room and to others in it, and the least role that it takes. */
const RUNNING = {
  'change-settings': 'moderator',
  'change-visibility': 'owner',
  archive: 'owner',
  'change-role': 'owner',
  remove: 'moderator',
  mute: 'moderator',
  ban: 'moderator',
  unban: 'moderator',
  'list-bans': 'moderator',
  invite: 'moderator',
  'list-invites': 'moderator',
} as const satisfies Record<string, RoomRole>;
export type RunningAction = keyof typeof RUNNING;

/** Whom an action is about: somebody else, or for `leave` the person himself. */
export interface RoomTarget {
  /** null: not a member. */
  readonly role: RoomRole | null;
  /** The room would be left with members and without an owner. */
  readonly leavesNoOwner: boolean;
}

const RANKS: Record<RoomRole, number> = { member: 1, moderator: 2, owner: 3 };
const STAY_POSSIBLE = new Set<RoomAction>(['list-bans', 'list-invites', 'archive']);
const NOT_OF_EVERYONES_ROOM = new Set<RoomAction>(['change-visibility', 'archive']);

/**
 * May this person do this here (to this target), and if not, why? undefined means yes. The only place where that is
 * decided; every edge asks it. `facts` undefined: there is no such room. Administrators of the installation have in
 * public rooms, and in private ones that they are in, the powers of an owner; other people's private rooms do not exist for them.
 */
export function refusalOf(action: RoomAction, facts: RoomFacts | undefined, target?: RoomTarget): ErrorCode | undefined {
  if (!facts) return 'ROOM_NOT_FOUND';
  if (facts.isBanned) return 'BANNED';
  const isMember = facts.role !== null;
  if (!isMember && facts.visibility === 'private' && action !== 'join-invited') return 'ROOM_NOT_FOUND';
  if (isRunning(action)) return refusalOfRunning(action, facts, target);
  switch (action) {
    case 'read':
      return undefined;
    case 'mark-read':
    case 'list-unread':
    case 'set-notifications':
    case 'set-favourite':
    case 'draft':
      return isMember ? undefined : 'NOT_A_MEMBER';
    case 'send':
    case 'edit':
    case 'delete':
    case 'react':
      if (!isMember && !(action === 'delete' && facts.isAdministrator)) return 'NOT_A_MEMBER';
      if (facts.isArchived) return 'ROOM_ARCHIVED';
      return facts.isMuted && action !== 'delete' ? 'MUTED' : undefined;
    case 'join':
    case 'join-invited':
      if (facts.kind === 'direct') return 'DIRECT_FIXED';
      return facts.isArchived && !isMember ? 'ROOM_ARCHIVED' : undefined;
    case 'leave':
      if (facts.kind === 'direct') return 'DIRECT_FIXED';
      return target?.leavesNoOwner ? 'LAST_OWNER' : undefined;
  }
}

/** As what somebody acts in a room: administrators as owners, but not in the talk of two people. */
export const powerOf = ({ isAdministrator, kind, role }: RoomFacts): RoomRole | null =>
  isAdministrator && kind === 'room' ? 'owner' : role;

function refusalOfRunning(action: RunningAction, facts: RoomFacts, target: RoomTarget | undefined): ErrorCode | undefined {
  if (facts.kind === 'direct') return 'DIRECT_FIXED';
  const role = powerOf(facts);
  if (role === null) return 'NOT_A_MEMBER';
  if (RANKS[role] < RANKS[RUNNING[action]]) return 'FORBIDDEN';
  if (facts.isForEveryone && NOT_OF_EVERYONES_ROOM.has(action)) return 'FORBIDDEN';
  if (facts.isArchived && !STAY_POSSIBLE.has(action)) return 'ROOM_ARCHIVED';
  if (!target) return undefined;
  if (target.role === null) return action === 'ban' ? undefined : 'USER_NOT_FOUND';
  if (target.role === 'owner' && role !== 'owner') return 'FORBIDDEN';
  return target.leavesNoOwner ? 'LAST_OWNER' : undefined;
}

const isRunning = (action: RoomAction): action is RunningAction => action in RUNNING;

/** How long somebody has to wait between two messages, in seconds; 0 for those whom slow mode spares. */
export const slowModeOf = ({ slowModeSeconds, role }: RoomFacts): number =>
  role === 'owner' || role === 'moderator' ? 0 : slowModeSeconds;

/** The facts, when they allow it; throws the refusal otherwise. */
export function assertAllowed(action: RoomAction, facts: RoomFacts | undefined, target?: RoomTarget): RoomFacts {
  const refusal = refusalOf(action, facts, target);
  if (refusal || !facts) throw new ParleyError(refusal ?? 'ROOM_NOT_FOUND');
  return facts;
}

/** Who wants to change a message, and as what. */
export interface MessageActor {
  readonly userId: string;
  readonly role: RoomRole | null;
}

/** What decides about a message; all of it is final once it is so. */
export interface MessageFacts {
  readonly senderId: string | null;
  readonly deletedAt: string | null;
}

/**
 * The part of the decision that depends on the message: authors edit and delete their own, moderators and owners delete
 * any, and nothing but deletion, again, can happen to a deleted one. undefined: there is no such message.
 */
export function messageRefusalOf(action: MessageAction, actor: MessageActor, message: MessageFacts | undefined): ErrorCode | undefined {
  if (!message) return 'MESSAGE_NOT_FOUND';
  const isAuthor = message.senderId === actor.userId;
  if (action === 'delete') return isAuthor || isModerator(actor.role) ? undefined : 'FORBIDDEN';
  if (message.deletedAt !== null) return 'MESSAGE_DELETED';
  return action === 'react' || isAuthor ? undefined : 'FORBIDDEN';
}

/** `@everyone` of others is plain text. */
export const mayMentionEveryone = (role: RoomRole | null): boolean => isModerator(role);

const isModerator = (role: RoomRole | null): boolean => role === 'moderator' || role === 'owner';
