import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { MemberMuted, MembershipChanged, MembershipChangedV1, RoomChanged } from '@parley/contracts';
import type { EventLog, RoomFanout, Subscription } from '@parley/platform';
import { LRUCache } from 'lru-cache';
import { ROOM_ACCESS_SUBJECT, type RoomAccessNotice } from './room-access-notices.js';
import { QuestionGatherer } from '../asking/question-gatherer.js';
import { isDirectRoomIdShape } from './direct-room-id.js';
import { ROOM_QUESTIONS_MAX, RoomAccess, type LostAccess, type Membership, type RoomFacts, type RoomQuestion } from './room-access.js';

/** Nobody keeps an access that he has lost for longer, whatever got lost on the way (ms). */
const MAX_STALE_MS = 5_000;
const CACHED_ANSWERS = 50_000;
const CHANGED_ROOMS = 10_000;

interface Answer {
  readonly facts: RoomFacts;
  readonly askedAt: number;
  /** Order of questions and changes: an answer counts only if it was asked for after the last change of its room. */
  readonly turn: number;
}

interface Flight {
  readonly answer: Promise<RoomFacts | undefined>;
  readonly turn: number;
}

/**
 * Stands in front of any `RoomAccess`. An answer is at most 5 s old; changes of a room or a membership drop it at once, by
 * notice and by the log. What keeps somebody out, or silent, is not kept: a notice may arrive after the next request of who has just
 * joined, who must not be refused. One question at a time per person and room, and those of one turn of the event loop are
 * put together.
 */
export class CachedRoomAccess extends RoomAccess implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly answers = new LRUCache<string, Answer>({ max: CACHED_ANSWERS });
  private readonly flights = new Map<string, Flight>();
  private readonly changedRooms = new LRUCache<string, number>({ max: CHANGED_ROOMS });
  private readonly gatherer: QuestionGatherer<RoomQuestion, RoomFacts | null>;
  private turn = 0;
  private subscription: Subscription | undefined;
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly source: RoomAccess,
    private readonly log: EventLog,
    private readonly fanout: RoomFanout,
    private readonly now: () => number = () => performance.now(),
  ) {
    super();
    this.gatherer = new QuestionGatherer((questions) => this.source.listFacts(questions), { most: ROOM_QUESTIONS_MAX });
  }

  async onApplicationBootstrap(): Promise<void> {
    this.stopListening = this.fanout.listen(ROOM_ACCESS_SUBJECT, (notice) => this.hear(notice as RoomAccessNotice));
    this.subscription = await this.log.tail<RoomChanged | MembershipChangedV1 | MembershipChanged | MemberMuted>({
      topic: 'chat.rooms',
      events: [RoomChanged, MembershipChangedV1, MembershipChanged, MemberMuted],
      handle: ({ payload }) => ('room' in payload ? this.forgetRoom(payload.room.id) : this.forget(payload.roomId, payload.userId)),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopListening?.();
    await this.subscription?.close();
  }

  async findFacts(roomId: string, userId: string): Promise<RoomFacts | undefined> {
    const key = keyOf(roomId, userId);
    const changed = this.changedRooms.get(roomId) ?? -1;
    const answer = this.answers.get(key);
    if (answer && answer.turn > changed && this.now() - answer.askedAt < MAX_STALE_MS) return answer.facts;
    const flight = this.flights.get(key);
    if (flight && flight.turn > changed) return flight.answer;
    return this.ask(key, roomId, userId);
  }

  /** As one question, as long as the answers are not here; also knows private chats that nobody has written in. */
  async listFacts(questions: readonly RoomQuestion[]): Promise<(RoomFacts | null)[]> {
    return Promise.all(questions.map(async ({ roomId, userId }) => (await this.findFacts(roomId, userId)) ?? null));
  }

  listMemberships(userIds: readonly string[]): Promise<Membership[][]> {
    return this.source.listMemberships(userIds);
  }

  listMemberIds(roomId: string): Promise<string[]> {
    return this.source.listMemberIds(roomId);
  }

  listLostAccess(withinMs: number): Promise<LostAccess[]> {
    return this.source.listLostAccess(withinMs);
  }

  /** The next question about this person in this room is asked anew, and no question under way is trusted. */
  forget(roomId: string, userId: string): void {
    const key = keyOf(roomId, userId);
    this.answers.delete(key);
    this.flights.delete(key);
  }

  /** The same for everybody in the room. */
  forgetRoom(roomId: string): void {
    this.changedRooms.set(roomId, this.turn++);
  }

  private ask(key: string, roomId: string, userId: string): Promise<RoomFacts | undefined> {
    const turn = this.turn++;
    const askedAt = this.now();
    const answer = this.askSource(roomId, userId).then((facts) => {
      if (this.flights.get(key) === flight && letsIn(facts)) this.answers.set(key, { facts, askedAt, turn });
      return facts;
    });
    const flight: Flight = { answer, turn };
    this.flights.set(key, flight);
    const land = () => {
      if (this.flights.get(key) === flight) this.flights.delete(key);
    };
    answer.then(land, land);
    return answer;
  }

  private async askSource(roomId: string, userId: string): Promise<RoomFacts | undefined> {
    const stored = await this.gatherer.ask({ roomId, userId });
    if (stored) return stored;
    return isDirectRoomIdShape(roomId) ? this.source.findFacts(roomId, userId) : undefined;
  }

  private hear({ roomId, userIds }: RoomAccessNotice): void {
    if (!userIds) return this.forgetRoom(roomId);
    for (const userId of userIds) this.forget(roomId, userId);
  }
}

const keyOf = (roomId: string, userId: string): string => `${roomId}:${userId}`;

const letsIn = (facts: RoomFacts | undefined): facts is RoomFacts =>
  facts !== undefined && facts.role !== null && !facts.isBanned && !facts.isMuted;
