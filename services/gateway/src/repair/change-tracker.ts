import type { RoomPositionHead } from '@parley/chat';
import type { MessageChange } from '@parley/contracts';
import { GRACE_MS } from './head-tracker.js';

interface TrackedChanges {
  epoch: number;
  /** Every change up to here was sent to the room's sockets; undefined until the first read of the room. */
  sent: number | undefined;
  /** What came beyond a hole: change -> the one that it came after. */
  readonly ahead: Map<number, number>;
  /** Since when more is known to be stored than was sent. */
  behindSince: number | undefined;
}

/** Room for what overtook; beyond it the repair fetches the rest again, which clients drop by `rev`. */
const AHEAD_MAX = 16;

export type ChangesVerdict = 'current' | 'wait' | 'behind';

/**
 * What `HeadTracker` is for new messages, for changes of old ones: knows how far each open room's changes were sent here.
 * Pure state; times are milliseconds of any steady clock.
 */
export class ChangeTracker {
  private readonly rooms = new Map<string, TrackedChanges>();

  open(roomId: string): void {
    if (!this.rooms.has(roomId)) this.rooms.set(roomId, { epoch: 0, sent: undefined, ahead: new Map(), behindSince: undefined });
  }

  close(roomId: string): void {
    this.rooms.delete(roomId);
  }

  /** Every change up to this was sent to the room's sockets, or was in what they read. */
  find(roomId: string): number | undefined {
    return this.rooms.get(roomId)?.sent;
  }

  /** Where somebody saw the room after its stream had begun to arrive. Answers true when changes seem to be missing. */
  baseline({ roomId, epoch, changes }: RoomPositionHead, now: number): boolean {
    const room = this.rooms.get(roomId);
    if (!room) return false;
    if (room.sent === undefined) {
      room.epoch = epoch;
      advance(room, changes);
    }
    if (epoch !== room.epoch || changes <= (room.sent ?? 0)) return false;
    room.behindSince ??= now;
    return true;
  }

  /** A change reached this gateway's sockets. Answers true when it left a hole behind it. */
  observe({ roomId, epoch, change, after }: MessageChange, now: number): boolean {
    const room = this.rooms.get(roomId);
    if (!room || (room.sent !== undefined && epoch !== room.epoch)) return false;
    if (room.ahead.size < AHEAD_MAX) room.ahead.set(change, after);
    if (room.sent === undefined) return false;
    advance(room, room.sent);
    if (room.ahead.size === 0) return false;
    room.behindSince ??= now;
    return true;
  }

  /** Rooms of which changes seem to be missing. */
  suspects(): string[] {
    return [...this.rooms].filter(([, room]) => room.behindSince !== undefined).map(([roomId]) => roomId);
  }

  /** What the stored position says about the room: `wait` asks for another look after `GRACE_MS`. */
  compare({ roomId, epoch, changes }: RoomPositionHead, now: number): ChangesVerdict {
    const room = this.rooms.get(roomId);
    if (room?.sent === undefined || epoch !== room.epoch) return 'current'; // another epoch is the head's affair
    if (changes <= room.sent) {
      room.behindSince = undefined;
      return 'current';
    }
    room.behindSince ??= now;
    return now - room.behindSince >= GRACE_MS ? 'behind' : 'wait';
  }

  /** The room was told about every change up to this, one way or the other. */
  repaired({ roomId, epoch, changes }: Pick<RoomPositionHead, 'roomId' | 'epoch' | 'changes'>): void {
    const room = this.rooms.get(roomId);
    if (!room) return;
    if (room.epoch !== epoch) room.ahead.clear();
    room.sent = epoch === room.epoch ? Math.max(room.sent ?? 0, changes) : changes;
    room.epoch = epoch;
    room.behindSince = undefined;
    advance(room, room.sent);
  }
}

/** Takes in what was waiting beyond the hole that `sent` closes. */
function advance(room: TrackedChanges, sent: number): void {
  room.sent = sent;
  for (const change of [...room.ahead.keys()].sort((a, b) => a - b)) {
    if ((room.ahead.get(change) ?? 0) > room.sent) return;
    room.sent = Math.max(room.sent, change);
    room.ahead.delete(change);
  }
  room.behindSince = undefined;
}
