import { Injectable } from '@nestjs/common';
import { userChannel, type MarkerMove } from '@parley/contracts';
import { RoomFanout } from '@parley/platform';
import { MentionRepository } from '../mentions/mention.repository.js';
import { MarkerPositions } from './marker-positions.js';
import { ReadMarkerRepository, type MarkerChange, type RoomTally } from './read-marker.repository.js';
import { readMoved } from './read-moved.js';
import { markerAtHead } from './unread.js';

/** Rounds over markers that somebody held in his hands; who holds one for longer keeps it. */
const ROUNDS_MAX = 3;
/** Markers in one frame to a person's devices. */
const TOLD_AT_ONCE = 500;
/** Positions that are looked up in the history at a time. */
const LOOKED_UP_AT_ONCE = 8;

/** Marks everything read, and takes that back. It costs a row for each room with something unread, however much that is. */
@Injectable()
export class ReadAllService {
  constructor(
    private readonly markers: ReadMarkerRepository,
    private readonly positions: MarkerPositions,
    private readonly mentions: MentionRepository,
    private readonly fanout: RoomFanout,
  ) {}

  /** What moved, and from where: enough to take it back. */
  async markAll(userId: string): Promise<MarkerMove[]> {
    const moved: MarkerMove[] = [];
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const tallies = await this.markers.listUnreadTallies(userId);
      if (tallies.length === 0) break;
      moved.push(
        ...(await this.move(
          userId,
          tallies.map((tally) => ({ tally, marker: markerAtHead(tally) })),
        )),
      );
    }
    await this.tellDevices(userId, moved);
    return oncePerRoom(moved);
  }

  /** Only where the marker still stands at `readSeq`: what was read or marked meanwhile stays so. */
  async undo(userId: string, moves: readonly MarkerMove[]): Promise<MarkerMove[]> {
    const targets = new Map(moves.map(({ roomId, from }) => [roomId, from]));
    const tallies = (await this.markers.listTalliesAt(userId, moves)).filter(({ roomId, readSeq }) => targets.get(roomId)! < readSeq);
    const steps = [];
    for (let first = 0; first < tallies.length; first += LOOKED_UP_AT_ONCE)
      steps.push(
        ...(await Promise.all(
          tallies.slice(first, first + LOOKED_UP_AT_ONCE).map(async (tally) => ({
            tally,
            marker: await this.positions.markerAt(tally.roomId, userId, targets.get(tally.roomId)!, tally),
          })),
        )),
      );
    const moved = await this.move(userId, steps);
    await this.tellDevices(userId, moved);
    return moved;
  }

  private async move(
    userId: string,
    steps: readonly { tally: RoomTally; marker: { readSeq: number; readForeign: number } }[],
  ): Promise<MarkerMove[]> {
    if (steps.length === 0) return [];
    const changes = steps.map(({ tally: { roomId, readSeq: from }, marker }): MarkerChange => ({ roomId, from, ...marker }));
    const done = await this.markers.moveMany(userId, changes);
    return changes.filter(({ roomId }) => done.has(roomId)).map(({ roomId, from, readSeq }) => ({ roomId, from, readSeq }));
  }

  private async tellDevices(userId: string, moved: readonly MarkerMove[]): Promise<void> {
    if (moved.length === 0) return;
    // As it is now: another device may have moved a marker since.
    const roomIds = moved.map(({ roomId }) => roomId);
    const [tallies, mentions] = await Promise.all([this.markers.listTallies(userId, roomIds), this.mentions.countUnread(userId)]);
    const rooms = tallies.map((tally) => readMoved(tally, mentions.get(tally.roomId) ?? 0));
    for (let first = 0; first < rooms.length; first += TOLD_AT_ONCE)
      this.fanout.toSockets(userChannel(userId), 'rooms:read', { rooms: rooms.slice(first, first + TOLD_AT_ONCE) });
  }
}

/** A room in which somebody wrote between two rounds moved twice. */
function oncePerRoom(moves: readonly MarkerMove[]): MarkerMove[] {
  const once = new Map<string, MarkerMove>();
  for (const move of moves) once.set(move.roomId, { ...move, from: once.get(move.roomId)?.from ?? move.from });
  return [...once.values()];
}
