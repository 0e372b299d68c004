import { Injectable, Logger } from '@nestjs/common';
import type { MessageChanged, MessageStored } from '@parley/contracts';
import { RoomsDatabase } from '../db/rooms.database.js';
import { DirectPairs } from '../direct/direct-pairs.js';
import { DirectStarter } from '../direct/direct-starter.js';
import { MentionRepository } from '../mentions/mention.repository.js';
import { HeadRepository } from './head.repository.js';
import { foldStored } from './stored-fold.js';

/** Keeps what conversations show of each room (head, newest message, counts) in step with what was stored. */
@Injectable()
export class HeadService {
  private readonly logger = new Logger(HeadService.name);

  constructor(
    private readonly database: RoomsDatabase,
    private readonly heads: HeadRepository,
    private readonly mentions: MentionRepository,
    private readonly pairs: DirectPairs,
    private readonly starter: DirectStarter,
  ) {}

  /** May be repeated with the same messages. */
  async advance(events: readonly MessageStored[]): Promise<void> {
    const roomIds = [...new Set(events.map(({ roomId }) => roomId))];
    await this.startDirects(events);
    await this.database.transaction(async (transaction) => {
      const { rooms, senders, restarts, fresh } = foldStored(await this.heads.lockCounts(transaction, roomIds), events);
      await this.heads.restartMarkers(transaction, restarts);
      await this.heads.advanceRooms(transaction, rooms);
      await this.heads.advanceSenders(transaction, senders);
      await this.mentions.restart(transaction, restarts);
      await this.mentions.add(
        transaction,
        fresh.filter(({ rev }) => rev === 0),
      );
      await this.mentions.replace(transaction, fresh);
    });
  }

  /** Messages that say something else now. May be repeated, and in any order. */
  async follow(changes: readonly MessageChanged[]): Promise<void> {
    await this.database.transaction(async (transaction) => {
      await this.heads.lockCounts(transaction, [...new Set(changes.map(({ roomId }) => roomId))]);
      await this.mentions.replace(transaction, changes);
    });
  }

  /** The first message of a private chat is what makes its row. */
  async startDirects(events: readonly MessageStored[]): Promise<void> {
    const roomIds = [...new Set(events.map(({ roomId }) => roomId))];
    const known = await this.heads.findKnownIds(roomIds);
    for (const roomId of roomIds) {
      if (known.has(roomId)) continue;
      const senderId = events.find((event) => event.roomId === roomId && event.senderId !== null)?.senderId;
      const peerId = senderId ? await this.pairs.findPeerOfSender(roomId, senderId) : undefined;
      if (senderId && peerId) await this.starter.start(senderId, peerId);
      else this.logger.warn(`messages of room ${roomId}, which does not exist here, are not counted`);
    }
  }
}
