import type { RoomRole } from '@parley/contracts';

/** How long a removal from a room is remembered, for opens that began before it (ms). */
const REMOVAL_MS = 15_000;

/** Somebody with sockets on this gateway, or who had some a moment ago. */
export class Person {
  /** Sockets on this gateway, those that are just being let in included. */
  connections = 0;
  /** Rooms of which this gateway knows that the person is a member, with his role. */
  readonly rooms = new Map<string, RoomRole>();
  /** Whether `rooms` was read from the rooms service. */
  isLoaded = false;
  /** Ends when the list has been read, or could not be; undefined otherwise. */
  loading: Promise<void> | undefined;
  /** Rooms whose membership changed while the list was being read; undefined otherwise. */
  changes: Set<string> | undefined;
  /** When the last socket went (`performance.now()`); undefined while there are any. */
  leftAt: number | undefined;
  private readonly removals = new Map<string, number>();

  constructor(readonly userId: string) {}

  removedFrom(roomId: string, now: number): void {
    for (const [room, at] of this.removals) if (at < now - REMOVAL_MS) this.removals.delete(room);
    this.removals.set(roomId, now);
  }

  /** Was the person removed from the room at or after that time? */
  wasRemovedSince(roomId: string, since: number): boolean {
    return (this.removals.get(roomId) ?? -Infinity) >= since;
  }
}
