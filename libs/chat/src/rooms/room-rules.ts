import { ParleyError, type ErrorCode } from '@parley/contracts';
import type { RoomFacts } from './room-access.js';

export type RoomAction = 'read' | 'send' | 'mark-read' | 'join' | 'leave';

/**
 * May this person do this here, and if not, why? undefined means yes. The only place where that is decided;
 * every edge asks it. `facts` undefined: there is no such room.
 */
export function refusalOf(action: RoomAction, facts: RoomFacts | undefined): ErrorCode | undefined {
  if (!facts) return 'ROOM_NOT_FOUND';
  if (facts.isBanned) return 'BANNED';
  const isMember = facts.role !== null;
  if (!isMember && facts.visibility === 'private') return 'ROOM_NOT_FOUND';
  switch (action) {
    case 'read':
      return undefined;
    case 'mark-read':
      return isMember ? undefined : 'NOT_A_MEMBER';
    case 'send':
      if (!isMember) return 'NOT_A_MEMBER';
      return facts.isArchived ? 'ROOM_ARCHIVED' : undefined;
    case 'join':
      if (facts.kind === 'direct') return 'DIRECT_FIXED';
      return facts.isArchived && !isMember ? 'ROOM_ARCHIVED' : undefined;
    case 'leave':
      return facts.kind === 'direct' ? 'DIRECT_FIXED' : undefined;
  }
}

/** The facts, when they allow it; throws the refusal otherwise. */
export function assertAllowed(action: RoomAction, facts: RoomFacts | undefined): RoomFacts {
  const refusal = refusalOf(action, facts);
  if (refusal || !facts) throw new ParleyError(refusal ?? 'ROOM_NOT_FOUND');
  return facts;
}
