/** A room that somebody named, and what it is called in front of him: its public name, else its id. */
export interface NamedRoom {
  readonly roomId: string;
  readonly label: string;
}

/**
 * Rooms by id or by name, for the classic edge and for searches; owned by the rooms service. The names of private rooms
 * stay unknown to all but those who are in them, and lead to no room by themselves, because several may have the same.
 */
export abstract class NamedRooms {
  /** A room that the person may read, by id or by public name. Throws ROOM_NOT_FOUND or BANNED. */
  abstract find(room: string, userId: string): Promise<NamedRoom>;
  /** The same, and the person is a member afterwards. A name that no public room has makes one, which the person owns. */
  abstract join(room: string, userId: string): Promise<NamedRoom>;
  /** Every room of this name, in any case of letters, that the person may read: the public one and the own private ones. */
  abstract listReadable(name: string, userId: string): Promise<string[]>;
}
