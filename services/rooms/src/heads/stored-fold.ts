import type { Announcement, MessageStored } from '@parley/contracts';
import { previewOf } from '@parley/markdown/parser';

/** How far a room has been counted. */
export interface RoomCount {
  readonly roomId: string;
  readonly epoch: number;
  readonly head: number;
  readonly systemCount: number;
  readonly lastSystemSeq: number;
}

export interface RoomAdvance extends RoomCount {
  readonly senderId: string | null;
  readonly preview: string;
  readonly announcement: Announcement | null;
  readonly at: string;
}

/** What one sender added to one room. */
export interface SenderAdvance {
  readonly roomId: string;
  readonly userId: string;
  readonly count: number;
  readonly lastSeq: number;
  /** Messages of the system up to `lastSeq`. */
  readonly systemCount: number;
}

/** History was restored from a backup: positions begin anew after `base`. */
export interface RoomRestart {
  readonly roomId: string;
  readonly base: number;
}

export interface Advances {
  readonly rooms: readonly RoomAdvance[];
  readonly senders: readonly SenderAdvance[];
  readonly restarts: readonly RoomRestart[];
  /** Those that were not counted before. */
  readonly fresh: readonly MessageStored[];
}

/**
 * What stored messages add to the counts. Only what is new counts, so that a repeated batch adds nothing; messages of
 * rooms that are not in `counts` are passed over.
 */
export function foldStored(counts: readonly RoomCount[], events: readonly MessageStored[]): Advances {
  const states = new Map<string, RoomCount>(counts.map((count) => [count.roomId, count]));
  const rooms = new Map<string, RoomAdvance>();
  const senders = new Map<string, SenderAdvance>();
  const restarts = new Map<string, RoomRestart>();
  const fresh: MessageStored[] = [];

  for (const event of events) {
    let state = states.get(event.roomId);
    if (!state || event.epoch < state.epoch) continue;
    if (event.epoch > state.epoch) {
      state = { roomId: event.roomId, epoch: event.epoch, head: event.seq - 1, systemCount: 0, lastSystemSeq: 0 };
      restarts.set(event.roomId, { roomId: event.roomId, base: state.head });
      for (const [key, { roomId }] of senders) if (roomId === event.roomId) senders.delete(key);
    }
    if (event.seq <= state.head) continue;
    fresh.push(event);

    const isSystem = event.kind === 'system';
    const systemCount = state.systemCount + (isSystem ? 1 : 0);
    const next: RoomAdvance = {
      roomId: event.roomId,
      epoch: event.epoch,
      head: event.seq,
      systemCount,
      lastSystemSeq: isSystem ? event.seq : state.lastSystemSeq,
      senderId: event.senderId,
      preview: previewOf(event),
      announcement: event.announcement,
      at: event.createdAt,
    };
    states.set(event.roomId, next);
    rooms.set(event.roomId, next);
    if (event.senderId !== null && !isSystem) {
      const key = `${event.roomId}:${event.senderId}`;
      const count = (senders.get(key)?.count ?? 0) + 1;
      senders.set(key, { roomId: event.roomId, userId: event.senderId, count, lastSeq: event.seq, systemCount });
    }
  }
  return { rooms: [...rooms.values()], senders: [...senders.values()], restarts: [...restarts.values()], fresh };
}
