/** A room that somebody named, and what it is called in front of him: its public name, else its id. */
export interface NamedRoom {
  readonly roomId: string;
  readonly label: string;
}

/**
 * Rooms by id or by public name, for the classic edge; owned by the rooms service. The names of private rooms stay
 * unknown: they are found by id only, and only by those who are in them.
 */
export abstract class NamedRooms {
  /** A room that the person may read. Throws ROOM_NOT_FOUND or BANNED. */
  abstract find(room: string, userId: string): Promise<NamedRoom>;
  /** The same, and the person is a member afterwards. A name that no public room has makes one, which the person owns. */
  abstract join(room: string, userId: string): Promise<NamedRoom>;
}
