import type { MessagesBatch } from '@parley/contracts';
import type { RoomPositionHead } from '@parley/chat';

/** Where a room stands, as far as new messages go. */
export type RoomHeadPosition = Omit<RoomPositionHead, 'changes'>;

/** Fan-out may be on its way while the head is read: only what is still missing after this time was lost. */
export const GRACE_MS = 300;
/** A gap inside the stream is looked at sooner: what overtook the missing part is here already. */
export const GAP_GRACE_MS = 100;
/** Room for what overtook; beyond it the repair fetches the rest again, which clients drop by `seq`. */
const AHEAD_MAX = 16;

interface TrackedRoom {
  epoch: number;
  /** Everything up to here was sent to the room's sockets; undefined until the first read of the room. */
  sent: number | undefined;
  /** What was sent beyond a hole, as `[first, last]` in ascending order. */
  ahead: [number, number][];
  checkedAt: number;
  /** Has moved since the last check, so it may be behind again at once. */
  isBusy: boolean;
  /** Since when everything up to `behindHead` is known to be stored and was not all sent. */
  behindSince: number | undefined;
  behindHead: number;
}

export type HeadVerdict = 'current' | 'wait' | 'behind' | 'restored';

/**
 * Knows how far each room that is open on this gateway was sent, and so what was lost on the way here: fan-out may
 * lose anything without an error. Pure state; times are milliseconds of any steady clock.
 */
export class HeadTracker {
  private readonly rooms = new Map<string, TrackedRoom>();

  get size(): number {
    return this.rooms.size;
  }

  open(roomId: string, now: number): void {
    if (this.rooms.has(roomId)) return;
    this.rooms.set(roomId, { epoch: 0, sent: undefined, ahead: [], checkedAt: now, isBusy: true, behindSince: undefined, behindHead: 0 });
  }

  close(roomId: string): void {
    this.rooms.delete(roomId);
  }

  /** Where the room stands for its sockets, once that is known. */
  find(roomId: string): RoomHeadPosition | undefined {
    const room = this.rooms.get(roomId);
    return room?.sent === undefined ? undefined : { roomId, epoch: room.epoch, head: room.sent };
  }

  /**
   * Where somebody saw the room after its stream had begun to arrive: what came before needs no sending here. Answers
   * true when the room seems to be further than what was sent.
   */
  baseline({ roomId, epoch, head }: RoomHeadPosition, now: number): boolean {
    const room = this.rooms.get(roomId);
    if (!room) return false;
    if (room.sent === undefined) {
      room.epoch = epoch;
      room.sent = head;
      absorb(room);
    }
    if (epoch === room.epoch && head <= room.sent) return false;
    suspect(room, head, now);
    return true;
  }

  /** A batch reached this gateway's sockets. Answers true when it left a hole behind it. */
  observe({ roomId, epoch, messages }: MessagesBatch, now: number): boolean {
    const room = this.rooms.get(roomId);
    if (!room || (room.sent !== undefined && epoch !== room.epoch)) return false;
    room.isBusy = true;
    for (const { seq } of messages) {
      if (room.sent !== undefined && seq <= room.sent + 1) room.sent = Math.max(room.sent, seq);
      else note(room, seq);
    }
    absorb(room);
    if (room.sent !== undefined && room.sent >= room.behindHead) room.behindSince = undefined;
    const hole = room.ahead[0];
    if (hole === undefined || room.sent === undefined) return false;
    suspect(room, hole[0] - 1, now - (GRACE_MS - GAP_GRACE_MS));
    return true;
  }

  /** Rooms that must be compared with their stored heads now. Quiet ones wait for `quietMs` after their last check. */
  due(now: number, quietMs: number): string[] {
    const due: string[] = [];
    for (const [roomId, room] of this.rooms) {
      if (room.sent !== undefined && (room.isBusy || room.behindSince !== undefined || now - room.checkedAt >= quietMs)) due.push(roomId);
    }
    return due;
  }

  /** Rooms of which something is missing, and since when that is known of the first of them (s). */
  lag(now: number): { readonly rooms: number; readonly seconds: number } {
    const since = [...this.rooms.values()].flatMap(({ behindSince }) => behindSince ?? []);
    return { rooms: since.length, seconds: since.reduce((longest, at) => Math.max(longest, now - at), 0) / 1000 };
  }

  /** Rooms that seem to be further than what was sent. */
  suspects(): string[] {
    return [...this.rooms].filter(([, room]) => room.behindSince !== undefined).map(([roomId]) => roomId);
  }

  /** What the stored head says about the room: `wait` asks for another look after `GRACE_MS`. */
  compare({ roomId, epoch, head }: RoomHeadPosition, now: number): HeadVerdict {
    const room = this.rooms.get(roomId);
    if (room?.sent === undefined) return 'current';
    room.checkedAt = now;
    room.isBusy = false;
    if (epoch !== room.epoch) return 'restored';
    if (head <= room.sent) {
      room.behindSince = undefined;
      return 'current';
    }
    return now - suspect(room, head, now) >= GRACE_MS ? 'behind' : 'wait';
  }

  /** The room was told about everything up to `head`, one way or the other. */
  repaired({ roomId, epoch, head }: RoomHeadPosition): void {
    const room = this.rooms.get(roomId);
    if (!room) return;
    if (room.epoch !== epoch) room.ahead = [];
    room.sent = epoch === room.epoch ? Math.max(room.sent ?? 0, head) : head;
    room.epoch = epoch;
    room.behindSince = undefined;
    absorb(room);
    const hole = room.ahead[0];
    if (hole) suspect(room, hole[0] - 1, 0);
  }
}

/**
 * Starts the clock of a room that seems to be behind, or answers when it was started. It runs for one stored head: in a
 * busy room the newest messages are always on their way, and only what stays missing was lost.
 */
function suspect(room: TrackedRoom, head: number, now: number): number {
  if (room.behindSince === undefined) {
    room.behindSince = now;
    room.behindHead = head;
  }
  return room.behindSince;
}

function note(room: TrackedRoom, seq: number): void {
  const last = room.ahead.at(-1);
  if (last && seq >= last[0] && seq <= last[1] + 1) last[1] = Math.max(last[1], seq);
  else room.ahead.push([seq, seq]);
  room.ahead.sort((a, b) => a[0] - b[0]);
  if (room.ahead.length > AHEAD_MAX) room.ahead.pop();
}

function absorb(room: TrackedRoom): void {
  if (room.sent === undefined) return;
  let next = room.ahead[0];
  while (next && next[0] <= room.sent + 1) {
    room.sent = Math.max(room.sent, next[1]);
    room.ahead.shift();
    next = room.ahead[0];
  }
}
