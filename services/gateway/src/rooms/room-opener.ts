import { Inject, Injectable } from '@nestjs/common';
import { RoomAccess, refusalOf } from '@parley/chat';
import { LIMITS, ParleyError, type Message, type OpenRoom, type OpenedRoom } from '@parley/contracts';
import type { ConfigOf } from '@parley/runtime';
import { gatewayConfig } from '../gateway.config.js';
import { ReadSeqs } from '../reading/read-seqs.js';
import { HeadCheck } from '../repair/head-check.js';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { MissedChanges } from './missed-changes.js';
import { OpenRooms } from './open-rooms.js';
import type { RoomTail } from './room-tail.js';
import { TailCache } from './tail-cache.js';

/** A room that a socket has just entered. */
export interface EnteredRoom {
  readonly roomId: string;
  /** Where its member and its members stand. */
  readonly standing: Pick<OpenedRoom, 'readSeq' | 'memberCount' | 'memberRev'>;
  /** Takes the room back from the socket, unless it had it open before or has asked for it again since. */
  leave(): void;
}

/**
 * Opens rooms for sockets. The order is what makes a resume whole: first the socket enters the stream, then storage
 * is read, so that a message is in the answer or comes live, or both, but never neither.
 */
@Injectable()
export class RoomOpener {
  constructor(
    @Inject(gatewayConfig.token) private readonly config: ConfigOf<typeof gatewayConfig>,
    private readonly access: RoomAccess,
    private readonly markers: ReadSeqs,
    private readonly rooms: OpenRooms,
    private readonly tails: TailCache,
    private readonly heads: HeadCheck,
    private readonly missed: MissedChanges,
  ) {}

  async open(socket: ChatSocket, position: OpenRoom): Promise<OpenedRoom> {
    const { roomId, epoch, lastSeq } = position;
    const room = await this.enter(socket, roomId);
    try {
      const tail = await (lastSeq === undefined ? this.tails.newest(roomId) : this.tails.since(roomId, lastSeq));
      const answer = { roomId, epoch: tail.epoch, head: tail.head, changes: tail.changes, ...missedIn(tail, epoch, lastSeq) };
      this.heads.baseline(answer);
      return { ...answer, ...room.standing, ...(await this.missed.find(tail, position)) };
    } catch (error) {
      room.leave();
      throw error;
    }
  }

  /** Checks access and lets the room's stream reach the socket. */
  async enter(socket: ChatSocket, roomId: string): Promise<EnteredRoom> {
    const since = performance.now();
    const { openRooms, userId, person } = socket.data;
    // Asked together, also for those who will be refused: so a crowd that comes back asks two questions in all.
    const [facts, readSeq] = await Promise.all([this.access.findFacts(roomId, userId), this.markers.find(roomId, userId)]);
    const refusal = refusalOf('read', facts);
    if (refusal) throw new ParleyError(refusal);
    const wasOpen = openRooms.has(roomId);
    if (!wasOpen && openRooms.size >= this.config.OPEN_ROOMS_MAX) {
      throw new ParleyError('VALIDATION_FAILED', { detail: `at most ${this.config.OPEN_ROOMS_MAX} rooms may be open: close some first` });
    }
    const opening = Symbol(roomId);
    socket.data.openings.set(roomId, opening);
    await this.rooms.open(socket, roomId, facts?.role ?? null);
    if (!socket.connected) {
      this.rooms.closeAll(socket);
      throw new ParleyError('UNAVAILABLE');
    }
    if (person.wasRemovedSince(roomId, since)) {
      // The access that was checked above is gone; whether another is left is for the next try.
      this.rooms.close(socket, roomId);
      throw new ParleyError('UNAVAILABLE');
    }
    const leave = () => {
      if (!wasOpen && socket.data.openings.get(roomId) === opening) this.rooms.close(socket, roomId);
    };
    const members = facts && { memberCount: facts.memberCount, memberRev: facts.memberRev };
    return { roomId, standing: { readSeq, ...members }, leave };
  }
}

/** Exactly what a client missed; the newest page when that is unknown or too much. */
export function missedIn(
  tail: RoomTail,
  epoch: number | undefined,
  lastSeq: number | undefined,
): { recovered: boolean; messages: Message[] } {
  const isKnown = lastSeq !== undefined && (epoch === undefined || epoch === tail.epoch) && lastSeq <= tail.head;
  if (!isKnown || tail.head - lastSeq > LIMITS.pageMax || !tail.reaches(lastSeq)) {
    return { recovered: false, messages: [...tail.newest(LIMITS.pageDefault)] };
  }
  return { recovered: true, messages: [...tail.since(lastSeq)] };
}
