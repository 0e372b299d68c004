import type { RoomRole } from '@parley/contracts';
import type { StartingRoom } from '../classic/starting-room.js';
import { Slots } from '../limits/slots.js';
import type { TokenBucket } from '../limits/token-bucket.js';
import type { Person } from '../people/person.js';

const READS = 2;

/** Who a socket belongs to and what it is doing; begins when its token was accepted. */
export class SocketState {
  /** Rooms whose full stream goes to this socket, with the person's role when it was last known. */
  readonly openRooms = new Map<string, RoomRole | null>();
  /** The last question that asked for each of them: only that one may take its room back. */
  readonly openings = new Map<string, symbol>();
  /** Rooms in which this socket last said that its person types. */
  readonly typingIn = new Set<string>();
  /** What this connection says of its person. */
  presence: 'online' | 'away' = 'online';
  /** Events that are not answered yet. */
  inFlight = 0;
  /** Reads so slowly that only what matters is still sent. */
  isSlow = false;
  /** Bytes that wait for the client because it asked for them, as opposed to what comes by itself. */
  askedBytes = 0;
  /** Takes no more events: its connection is about to be closed. */
  isClosing = false;
  /** Rooms that this socket joined by a classic `join`, of which the others there were told. */
  readonly announcedIn = new Set<string>();
  /** Settled when the classic events that came so far are served. */
  turn: Promise<unknown> = Promise.resolve();
  /** Reads of history: each answer may be large, so few are made at a time. */
  readonly reads = new Slots(READS);

  constructor(
    readonly person: Person,
    readonly sessionId: string,
    /** When the access token ends, ms since 1970. */
    public expiresAt: number,
    readonly budget: TokenBucket,
    /** For sockets that came in by their cookie and speak classic events: where they are from the start. */
    readonly classic?: { readonly start: StartingRoom | undefined },
  ) {}

  get userId(): string {
    return this.person.userId;
  }
}
