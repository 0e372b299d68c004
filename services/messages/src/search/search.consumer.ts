import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import {
  MessageChanged,
  MessageChangedV1,
  MessageStored,
  MessageStoredV1,
  MessageStoredV2,
  MessageStoredV3,
  RoomChanged,
} from '@parley/contracts';
import { EventLog, type Subscription } from '@parley/platform';
import type { FindableMessage } from './search-entry.js';
import { SearchIndexRepository, type ToldMessage } from './search-index.repository.js';
import { SearchRoomRepository } from './search-room.repository.js';

/** Messages may be found so much later; what comes together is written together, at a fraction of what each costs by itself. */
const GATHER_MS = 500;
/** Sorted into the index in one go; twice as many would save nothing more, and keep the process from everything else for longer. */
const MAX_BATCH = 1_000;

type StoredFact = MessageStoredV1 | MessageStoredV2 | MessageStoredV3 | MessageStored | MessageChangedV1 | MessageChanged;

/**
 * Keeps the index behind what is stored. An event says which message to look at, and what it was when it was new; what is found of it is what
 * is stored at that time, so events may be doubled, late and in any order.
 */
@Injectable()
export class SearchConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly subscriptions: Subscription[] = [];

  constructor(
    private readonly log: EventLog,
    private readonly index: SearchIndexRepository,
    private readonly rooms: SearchRoomRepository,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.subscriptions.push(
      await this.log.consume<StoredFact>({
        topic: 'chat.stored',
        group: 'messages-search',
        events: [MessageStoredV1, MessageStoredV2, MessageStoredV3, MessageStored, MessageChangedV1, MessageChanged],
        gatherMs: GATHER_MS,
        maxBatch: MAX_BATCH,
        handle: (records) => this.index.refresh(toldMessages(records.map(({ payload }) => payload))),
      }),
      await this.log.consume({
        topic: 'chat.rooms',
        group: 'messages-search-rooms',
        events: [RoomChanged],
        handle: (records) =>
          this.rooms.upsert(records.map(({ payload: { room } }) => ({ roomId: room.id, isPublic: room.visibility === 'public' }))),
      }),
    );
  }

  /** Everything that is stored now can be found. For tests. */
  async caughtUp(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.caughtUp()));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.close()));
  }
}

/** Once each. Neither what rooms say themselves can be found, nor do reactions change what can. */
export function toldMessages(facts: readonly StoredFact[]): ToldMessage[] {
  const messages = new Map<string, ToldMessage>();
  for (const fact of facts) {
    const isReaction = 'change' in fact && fact.editedAt === null && fact.deletedAt === null;
    if (fact.kind !== 'user' || isReaction) continue;
    const { roomId, seq } = fact;
    messages.set(`${roomId}:${seq}`, { roomId, seq, told: 'rev' in fact && fact.rev === 0 ? newMessageOf(fact) : undefined });
  }
  return [...messages.values()];
}

const newMessageOf = ({ roomId, seq, messageId, senderId, text, createdAt }: MessageStoredV2): FindableMessage => ({
  roomId,
  seq,
  id: messageId,
  rev: 0,
  senderId,
  text,
  attachments: [],
  createdAt,
  deletedAt: null,
});
