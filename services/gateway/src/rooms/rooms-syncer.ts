import { Inject, Injectable, Logger } from '@nestjs/common';
import { MessageHistory, QuestionGatherer, ROOM_QUESTIONS_MAX, type RoomPositionHead } from '@parley/chat';
import { LIMITS, ParleyError, RoomPosition, type ErrorCode, type OpenedRoom, type SyncedRooms } from '@parley/contracts';
import type { ConfigOf } from '@parley/runtime';
import { setTimeout as delay } from 'node:timers/promises';
import { gatewayConfig } from '../gateway.config.js';
import { SyncAdmission } from '../limits/sync-admission.js';
import { ChangeTracker } from '../repair/change-tracker.js';
import { HeadCheck } from '../repair/head-check.js';
import { HeadTracker } from '../repair/head-tracker.js';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { MissedChanges } from './missed-changes.js';
import { RoomOpener, missedIn, type EnteredRoom } from './room-opener.js';
import { TailCache } from './tail-cache.js';

/** A resume costs its socket as much as one event for so many rooms: few may be large. */
const ROOMS_PER_EVENT = 20;

type SyncedRoom = SyncedRooms['rooms'][number];
interface Entered {
  readonly position: RoomPosition;
  readonly room: EnteredRoom;
}

/**
 * Brings a client that comes back up to date in all its rooms with one question. One bad room fails no other; what
 * does not fit into the answer is said to be missing, never left out silently.
 */
@Injectable()
export class RoomsSyncer {
  private readonly logger = new Logger(RoomsSyncer.name);
  private readonly admission: SyncAdmission;
  /** Only what is asked in the same turn goes along: who enters a room later must not get a head from before. */
  private readonly headGatherer: QuestionGatherer<string, RoomPositionHead>;
  /** When a round begins -> resolves then, for everybody in it in the same turn of the event loop. */
  private readonly rounds = new Map<number, Promise<void>>();

  constructor(
    @Inject(gatewayConfig.token) config: ConfigOf<typeof gatewayConfig>,
    private readonly opener: RoomOpener,
    history: MessageHistory,
    private readonly tracker: HeadTracker,
    private readonly changes: ChangeTracker,
    private readonly heads: HeadCheck,
    private readonly tails: TailCache,
    private readonly missed: MissedChanges,
  ) {
    this.admission = new SyncAdmission(config.SYNCS_PER_SECOND, config.SYNCS_BURST);
    this.headGatherer = new QuestionGatherer((roomIds) => headsOf(history, roomIds), { most: Infinity });
  }

  async sync(socket: ChatSocket, asked: readonly unknown[]): Promise<SyncedRooms> {
    const tiredMs = socket.data.budget.take(performance.now(), asked.length / ROOMS_PER_EVENT);
    if (tiredMs > 0) throw new ParleyError('RATE_LIMITED', { retryAfterMs: tiredMs });
    const admission = this.admission.admit(performance.now());
    if ('retryAfterMs' in admission) throw new ParleyError('BUSY', admission);
    if (admission.at > performance.now()) await this.round(admission.at);
    if (!socket.connected) throw new ParleyError('UNAVAILABLE'); // nobody waits for this any more

    const entered = await this.enterAll(socket, asked);
    const heads = await this.findHeads(entered);
    const rooms: SyncedRoom[] = [];
    let left: number = LIMITS.syncMessagesMax;
    for (const entry of entered) {
      const answer = 'room' in entry ? await this.answer(entry, heads, left) : entry;
      if ('messages' in answer) left -= answer.messages.length + (answer.changed?.length ?? 0);
      rooms.push(answer);
    }
    return { rooms };
  }

  private round(at: number): Promise<void> {
    let round = this.rounds.get(at);
    if (!round) this.rounds.set(at, (round = delay(at - performance.now()).then(() => void this.rounds.delete(at))));
    return round;
  }

  private async enterAll(socket: ChatSocket, asked: readonly unknown[]): Promise<(Entered | SyncedRoom)[]> {
    const seen = new Set<string>();
    return Promise.all(
      asked.map(async (entry) => {
        const position = RoomPosition.safeParse(entry);
        if (!position.success || seen.has(position.data.roomId)) return failureOf(roomIdIn(entry), 'VALIDATION_FAILED');
        seen.add(position.data.roomId);
        return this.enter(socket, position.data);
      }),
    );
  }

  private async enter(socket: ChatSocket, position: RoomPosition): Promise<Entered | SyncedRoom> {
    try {
      return { position, room: await this.opener.enter(socket, position.roomId) };
    } catch (error) {
      return this.fail(position.roomId, error);
    }
  }

  /** Where the rooms stand: known for those whose stream came here before, read for the others, all at once. */
  private async findHeads(entries: readonly (Entered | SyncedRoom)[]): Promise<ReadonlyMap<string, RoomPositionHead>> {
    const entered = entries.filter((entry) => 'room' in entry);
    const heads = new Map<string, RoomPositionHead>();
    for (const { position } of entered) {
      const head = this.tracker.find(position.roomId);
      const changes = this.changes.find(position.roomId);
      if (head && changes !== undefined) heads.set(position.roomId, { ...head, changes });
    }
    const unknown = entered.map(({ position }) => position.roomId).filter((roomId) => !heads.has(roomId));
    try {
      for (const head of await Promise.all(unknown.map((roomId) => this.headGatherer.ask(roomId)))) {
        heads.set(head.roomId, head);
        this.heads.baseline(head);
      }
    } catch (error) {
      // Those rooms answer UNAVAILABLE, each for itself; the others are served.
      this.logger.warn('heads could not be read', error);
    }
    return heads;
  }

  private async answer({ position, room }: Entered, heads: ReadonlyMap<string, RoomPositionHead>, left: number): Promise<SyncedRoom> {
    const { roomId, epoch, lastSeq, lastChange } = position;
    const { standing } = room;
    const known = heads.get(roomId);
    if (known && known.epoch === epoch && known.head === lastSeq && (lastChange ?? Infinity) >= known.changes)
      return { ...known, ...standing, recovered: true, messages: [], ...(lastChange === undefined ? {} : { changed: [] }) };
    try {
      if (!known) throw new ParleyError('UNAVAILABLE');
      if (left <= 0) return { ...known, ...standing, recovered: false, messages: [] };
      const tail = await this.tails.since(roomId, lastSeq);
      const head = { roomId, epoch: tail.epoch, head: tail.head, changes: tail.changes };
      this.heads.baseline(head);
      const { recovered, messages } = missedIn(tail, epoch, lastSeq);
      const { changed } = await this.missed.find(tail, position);
      const opened: OpenedRoom = { ...head, ...standing, recovered, messages, ...(changed ? { changed } : {}) };
      if (messages.length + (changed?.length ?? 0) <= left) return opened;
      return { ...head, ...standing, recovered: false, messages: [] };
    } catch (error) {
      room.leave();
      return this.fail(roomId, error);
    }
  }

  private fail(roomId: string, error: unknown): SyncedRoom {
    if (error instanceof ParleyError) return failureOf(roomId, error.code);
    this.logger.error('a room could not be synchronised', error);
    return failureOf(roomId, 'UNAVAILABLE');
  }
}

const failureOf = (roomId: string, code: ErrorCode): SyncedRoom => ({ roomId, error: { code } });

/** A crowd asks for the same rooms again and again. */
async function headsOf(history: MessageHistory, roomIds: readonly string[]): Promise<RoomPositionHead[]> {
  const distinct = [...new Set(roomIds)];
  const heads = new Map<string, RoomPositionHead>();
  for (let from = 0; from < distinct.length; from += ROOM_QUESTIONS_MAX) {
    for (const head of await history.heads(distinct.slice(from, from + ROOM_QUESTIONS_MAX))) heads.set(head.roomId, head);
  }
  return roomIds.flatMap((roomId) => heads.get(roomId) ?? []);
}

/** As much of a broken entry as helps its sender to find it. */
function roomIdIn(entry: unknown): string {
  const roomId = typeof entry === 'object' && entry !== null && 'roomId' in entry ? entry.roomId : undefined;
  return typeof roomId === 'string' ? roomId.slice(0, 64) : '';
}
