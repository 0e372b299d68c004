import type { RoomRole } from '@parley/contracts';

/** What decides who may do what in a room. Plain data, so that it can be cached and sent. */
export interface RoomFacts {
  readonly roomId: string;
  readonly kind: 'room' | 'direct';
  readonly visibility: 'public' | 'private';
  readonly isArchived: boolean;
  readonly slowModeSeconds: number;
  /** null when the caller is not a member. Both people of a private chat are members, stored or not. */
  readonly role: RoomRole | null;
  readonly isBanned: boolean;
  /** Moderators have taken the caller's word away, for now. */
  readonly isMuted: boolean;
  /** The room that everyone who registers is in. */
  readonly isForEveryone: boolean;
  /** The caller administers the installation. */
  readonly isAdministrator: boolean;
  readonly memberCount: number;
  /** Changes of that count so far: the larger, the newer it is. */
  readonly memberRev: number;
}

/** One person in one room. */
export interface RoomQuestion {
  readonly roomId: string;
  readonly userId: string;
}

export interface Membership {
  readonly roomId: string;
  readonly role: RoomRole;
}

export interface LostAccess {
  readonly roomId: string;
  readonly userId: string;
}

/** Questions about one person and one room that travel together at the most. */
export const ROOM_QUESTIONS_MAX = 2_000;
/** People whose rooms are listed at a time. */
export const PEOPLE_LISTED_MAX = 200;

/**
 * What the rooms service answers about one person and one room; asked by every edge before it does anything.
 * In one process it is a direct call, otherwise HTTP; `CachedRoomAccess` stands in front of either.
 */
export abstract class RoomAccess {
  /** undefined: no such room. Knows private chats that nobody has written in yet. */
  abstract findFacts(roomId: string, userId: string): Promise<RoomFacts | undefined>;
  /**
   * The same for up to `ROOM_QUESTIONS_MAX` questions, in their order, at the cost of one. null: no such room is stored. That
   * may still be a private chat that nobody has written in; only `findFacts` knows those.
   */
  abstract listFacts(questions: readonly RoomQuestion[]): Promise<(RoomFacts | null)[]>;
  /** The rooms that each of up to `PEOPLE_LISTED_MAX` people is a member of, started private chats included. */
  abstract listMemberships(userIds: readonly string[]): Promise<Membership[][]>;
  /** Ids of the members of a small room; for private chats both people. */
  abstract listMemberIds(roomId: string): Promise<string[]>;
  /** Who was removed, banned or has left within this time (ms, at most ten minutes) and may no longer read the room. */
  abstract listLostAccess(withinMs: number): Promise<LostAccess[]>;
}

/** Read markers, one for each person in each room; owned by the rooms service. */
export abstract class ReadMarkers {
  /** Up to `ROOM_QUESTIONS_MAX` at a time, in the order asked for; 0 for those who have none. */
  abstract listReadSeqs(questions: readonly RoomQuestion[]): Promise<number[]>;
  /** Never back, never beyond the head. Answers where the marker stands afterwards. */
  abstract markRead(roomId: string, userId: string, seq: number): Promise<number>;
}
