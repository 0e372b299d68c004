import { ParleyError, type HistoryAnswer, type Message, type OpenedRoom, type OpenRoom } from '@parley/contracts';
import { type ChatConnection, NoAnswerError, type Random } from '@parley/client';
import type { HistoryPosition } from '../net/chat-api.js';
import { RoomTimeline } from './room-timeline.js';

/** Timelines that are kept after their room was left, so that coming back shows something at once. */
const KEPT_TIMELINES = 8;

export interface OpenRoomsOptions {
  readonly connection: Pick<ChatConnection, 'request' | 'suspect'>;
  readonly history: (roomId: string, position: HistoryPosition, limit: number) => Promise<HistoryAnswer>;
  readonly opened: (opened: OpenedRoom) => void;
  readonly shown: (roomId: string, messages: readonly Message[]) => void;
  readonly random: Random;
}

/** The room on screen, whose full stream comes in, and the timelines of those that were on screen before. */
export class OpenRooms {
  private readonly known = new Map<string, RoomTimeline>();
  private currentId: string | undefined;

  constructor(private readonly options: OpenRoomsOptions) {}

  get timelines(): ReadonlyMap<string, RoomTimeline> {
    return this.known;
  }

  get current(): RoomTimeline | undefined {
    return this.currentId === undefined ? undefined : this.known.get(this.currentId);
  }

  /** Puts a room on screen and asks for what was missed since it was last there. */
  enter(roomId: string): RoomTimeline {
    const timeline = this.known.get(roomId) ?? this.create(roomId);
    if (roomId === this.currentId) return timeline;
    this.leave();
    this.currentId = roomId;
    // Last in the map is last used.
    this.known.delete(roomId);
    this.known.set(roomId, timeline);
    for (const [oldest, old] of this.known) {
      if (this.known.size <= KEPT_TIMELINES) break;
      old.close();
      this.known.delete(oldest);
    }
    timeline.forgetReadLine();
    void timeline.resume();
    return timeline;
  }

  leave(): void {
    const { currentId } = this;
    this.current?.pause();
    this.currentId = undefined;
    // Not arrived: the connection is gone, and the room is no longer open with it.
    if (currentId !== undefined) this.options.connection.request('room:close', { roomId: currentId }).catch(() => undefined);
  }

  /** A new connection, or doubt about the old one: asks for what was missed. */
  async resume(): Promise<void> {
    await this.current?.resume();
  }

  close(): void {
    for (const timeline of this.known.values()) timeline.close();
  }

  private create(roomId: string): RoomTimeline {
    const { history, shown, random } = this.options;
    const source = {
      open: (position: OpenRoom) => this.open(position),
      history,
      shown: (messages: readonly Message[]) => shown(roomId, messages),
    };
    const timeline = new RoomTimeline(roomId, source, random);
    this.known.set(roomId, timeline);
    return timeline;
  }

  private async open({ roomId, epoch, lastSeq, lastChange }: OpenRoom): Promise<void> {
    const { connection } = this.options;
    try {
      if (epoch === undefined || lastSeq === undefined) return this.options.opened(await connection.request('room:open', { roomId }));
      const { rooms } = await connection.request('rooms:sync', { rooms: [{ roomId, epoch, lastSeq, lastChange }] });
      const answer = rooms.find((room) => room.roomId === roomId);
      if (!answer) throw new ParleyError('UNAVAILABLE');
      if ('error' in answer) throw new ParleyError(answer.error.code);
      this.options.opened(answer);
    } catch (error) {
      // Every request is answered, if only with an error: silence means that the connection is dead.
      if (error instanceof NoAnswerError && error.reason === 'timeout') connection.suspect();
      throw error;
    }
  }
}
