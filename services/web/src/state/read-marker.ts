export interface ReadingSituation {
  readonly roomId: string;
  /** The newest stored message on screen. */
  readonly newestSeq: number;
  readonly isFocused: boolean;
  readonly isAtBottom: boolean;
  readonly isMember: boolean;
}

export interface ReadMarkerPort {
  /** What the server knows to be read. */
  readSeq(roomId: string): number;
  /** Rejects when it did not arrive. */
  send(roomId: string, seq: number): Promise<void>;
  /** Shown as read here, before the server says so. */
  showAsRead(roomId: string, seq: number): void;
}

/** So long the newest message must have been on screen to count as seen. */
const SEEN_AFTER_MS = 500;

/** Decides when a room counts as read: tab focused, list at its end, newest message shown for half a second. */
export class ReadMarker {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waitingFor: string | undefined;
  private situation: ReadingSituation | undefined;
  private readonly sending = new Set<string>();
  private heldRoomId: string | undefined;

  constructor(private readonly port: ReadMarkerPort) {}

  /** Call whenever something of it may have changed. */
  observe(situation: ReadingSituation | undefined): void {
    this.situation = situation;
    if (situation?.roomId !== this.heldRoomId) this.heldRoomId = undefined;
    const isReading = situation?.isFocused && situation.isAtBottom && situation.isMember && this.heldRoomId === undefined;
    if (!isReading || situation.newestSeq <= this.port.readSeq(situation.roomId)) return this.cancel();
    const target = `${situation.roomId}:${situation.newestSeq}`;
    if (target === this.waitingFor) return;
    // In a busy room the newest message changes all the time: what was there half a second ago has been seen.
    if (this.timer !== undefined && this.waitingFor?.startsWith(`${situation.roomId}:`)) return;
    this.cancel();
    this.waitingFor = target;
    this.timer = setTimeout(() => {
      this.cancel();
      void this.mark(situation.roomId, situation.newestSeq);
    }, SEEN_AFTER_MS);
  }

  /** Somebody marked the room unread: what is in sight does not make it read, until it is opened anew. */
  hold(roomId: string): void {
    this.heldRoomId = roomId;
    this.cancel();
  }

  /** It could not be marked after all. */
  release(roomId: string): void {
    if (this.heldRoomId === roomId) this.heldRoomId = undefined;
    this.recheck();
  }

  /** The connection is back: what could not be told before may be told now. */
  recheck(): void {
    this.observe(this.situation);
  }

  dispose(): void {
    this.situation = undefined;
    this.cancel();
  }

  private cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waitingFor = undefined;
  }

  private async mark(roomId: string, seq: number): Promise<void> {
    if (this.sending.has(roomId)) return;
    this.sending.add(roomId);
    try {
      await this.port.send(roomId, seq);
      this.port.showAsRead(roomId, seq);
    } catch {
      // Not told: the badge stays truthful, and the next look tries again.
    } finally {
      this.sending.delete(roomId);
      // Newer messages may have come meanwhile, without another event to look at them.
      if (this.situation?.roomId === roomId && this.situation.newestSeq > seq) this.observe(this.situation);
    }
  }
}
