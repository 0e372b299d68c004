import { Injectable } from '@nestjs/common';
import { ReadMarkers, type RoomQuestion } from '@parley/chat';
import { ParleyError } from '@parley/contracts';
import { DirectStarter } from '../direct/direct-starter.js';
import { RoomDirectory } from '../rooms/room-directory.js';
import { peerIdOf } from '../rooms/room.view.js';
import { MarkerPositions } from './marker-positions.js';
import { MarkerTeller } from './marker-teller.js';
import { ReadMarkerRepository } from './read-marker.repository.js';
import type { Tally } from './unread.js';

/** How far each person has read in each room. See `unread.ts` for the arithmetic. */
@Injectable()
export class ReadMarkerService extends ReadMarkers {
  constructor(
    private readonly markers: ReadMarkerRepository,
    private readonly directory: RoomDirectory,
    private readonly starter: DirectStarter,
    private readonly positions: MarkerPositions,
    private readonly teller: MarkerTeller,
  ) {
    super();
  }

  async listReadSeqs(questions: readonly RoomQuestion[]): Promise<number[]> {
    return this.markers.listReadSeqs(questions);
  }

  /** Throws NOT_A_MEMBER, or ROOM_NOT_FOUND where nothing may be known. */
  async markRead(roomId: string, userId: string, seq: number): Promise<number> {
    const tally = await this.getTally(roomId, userId, seq);
    if (!tally) return 0;
    if (seq <= tally.readSeq) return tally.readSeq;
    const target = await this.clamp(roomId, seq, tally);
    if (target <= tally.readSeq) return tally.readSeq;
    const marker = await this.positions.markerAt(roomId, userId, target, tally);
    const hasMoved = await this.markers.moveForward(roomId, userId, marker);
    if (!hasMoved) return (await this.markers.findTally(roomId, userId))?.readSeq ?? target; // another device was faster
    await this.teller.tell(roomId, userId);
    return target;
  }

  /** Marks unread from `seq` on: the only way back. */
  async markUnread(roomId: string, userId: string, seq: number): Promise<number> {
    const tally = await this.getTally(roomId, userId, seq);
    if (!tally) return 0;
    const target = await this.clamp(roomId, Math.max(0, seq - 1), tally);
    const marker = await this.positions.markerAt(roomId, userId, target, tally);
    await this.markers.set(roomId, userId, marker);
    await this.teller.tell(roomId, userId);
    return target;
  }

  /**
   * undefined where there is nothing to mark: a private chat without a message. One whose first message has not been
   * counted yet is started here, so that a marker can be kept for it.
   */
  private async getTally(roomId: string, userId: string, seq: number): Promise<Tally | undefined> {
    const tally = await this.markers.findTally(roomId, userId);
    if (tally) return tally;
    const { room, isStored } = await this.directory.get(roomId, userId, 'mark-read');
    const peerId = peerIdOf(room, userId);
    if (peerId !== null && !isStored && seq > 0 && (await this.positions.findHead(roomId)) > 0) await this.starter.start(userId, peerId);
    const started = await this.markers.findTally(roomId, userId);
    if (!started && isStored) throw new ParleyError('NOT_A_MEMBER'); // left meanwhile
    return started;
  }

  /** Never beyond the head. What is counted here may be behind it, so a position beyond is checked with the storage. */
  private async clamp(roomId: string, seq: number, { head }: Tally): Promise<number> {
    return seq <= head ? seq : Math.min(seq, Math.max(head, await this.positions.findHead(roomId)));
  }
}
