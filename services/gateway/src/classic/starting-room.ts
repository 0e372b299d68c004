import type { NamedRoom } from '@parley/chat';

/** The room that a classic socket is in from the start, and where that room stood before the socket was let in. */
export interface StartingRoom {
  readonly room: NamedRoom;
  readonly after: number;
}
