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
  /** The room that everyone who registers is in. */
  readonly isForEveryone: boolean;
  /** The caller administers the installation. */
  readonly isAdministrator: boolean;
  readonly memberCount: number;
}

/**
 * What the rooms service answers about one person and one room; asked by every edge before it does anything.
 * In one process it is a direct call, otherwise HTTP; `CachedRoomAccess` stands in front of either.
 */
export abstract class RoomAccess {
  /** undefined: no such room. Knows private chats that nobody has written in yet. */
  abstract findFacts(roomId: string, userId: string): Promise<RoomFacts | undefined>;
  /** Ids of the rooms that the person is a member of, started private chats included. */
  abstract listJoinedRoomIds(userId: string): Promise<string[]>;
  /** Ids of the members of a small room; for private chats both people. */
  abstract listMemberIds(roomId: string): Promise<string[]>;
}

/** The read marker of one person in one room; owned by the rooms service. */
export abstract class ReadMarkers {
  abstract findReadSeq(roomId: string, userId: string): Promise<number>;
  /** Never back, never beyond the head. Answers where the marker stands afterwards. */
  abstract markRead(roomId: string, userId: string, seq: number): Promise<number>;
}
