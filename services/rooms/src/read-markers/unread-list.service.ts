import { Injectable } from '@nestjs/common';
import { MessageHistory } from '@parley/chat';
import { ParleyError, type Message, type UnreadAnswer, type UnreadQuery, type UnreadReason } from '@parley/contracts';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { MentionRepository } from '../mentions/mention.repository.js';
import { RoomDirectory } from '../rooms/room-directory.js';
import { ReadMarkerRepository } from './read-marker.repository.js';
import { readSeqOf, unreadCountOf } from './unread.js';

/** The position after which the next page begins. */
const Position = z.number().int().nonnegative();

/** What a room's counters count, message by message: up to the same position, by the same rules. */
@Injectable()
export class UnreadListService {
  constructor(
    private readonly directory: RoomDirectory,
    private readonly markers: ReadMarkerRepository,
    private readonly mentions: MentionRepository,
    private readonly history: MessageHistory,
  ) {}

  async list(userId: string, roomId: string, { only, cursor, limit }: UnreadQuery): Promise<UnreadAnswer> {
    const position = decodeCursor(Position, cursor);
    const { room, isStored } = await this.directory.get(roomId, userId, 'list-unread');
    const tally = await this.markers.findTally(roomId, userId);
    if (!tally && isStored) throw new ParleyError('NOT_A_MEMBER'); // left meanwhile
    if (!tally) return { readSeq: 0, unreadCount: 0, mentionCount: 0, unread: [], nextCursor: null };

    const after = Math.max(position ?? 0, tally.readSeq);
    const page =
      only === 'mentions'
        ? await this.listMentions(roomId, userId, after, tally.head, limit)
        : await this.listAll(roomId, userId, after, tally.head, limit);
    return {
      readSeq: readSeqOf(tally),
      unreadCount: unreadCountOf(tally),
      mentionCount: await this.mentions.countUnreadIn(roomId, userId),
      unread: page.messages.map((message) => ({ message, reason: reasonOf(message, userId, room.kind) })),
      nextCursor: page.goesOnAfter === undefined ? null : encodeCursor(page.goesOnAfter),
    };
  }

  private async listMentions(roomId: string, userId: string, after: number, upTo: number, limit: number): Promise<Page> {
    const seqs = await this.mentions.listUnreadIn(roomId, userId, after, upTo, limit + 1);
    const shown = seqs.slice(0, limit);
    return {
      messages: shown.length === 0 ? [] : await this.history.listAt(roomId, shown),
      goesOnAfter: seqs.length > limit ? shown.at(-1) : undefined,
    };
  }

  /** One page of the history, without what is never unread: it costs the same wherever it lies. */
  private async listAll(roomId: string, userId: string, after: number, upTo: number, limit: number): Promise<Page> {
    if (after >= upTo) return { messages: [], goesOnAfter: undefined };
    const { messages } = await this.history.page(roomId, { after }, limit);
    const counted = messages.filter(({ seq, kind, sender }) => seq <= upTo && kind === 'user' && sender?.id !== userId);
    const last = messages.at(-1)?.seq;
    return { messages: counted, goesOnAfter: last !== undefined && last < upTo ? last : undefined };
  }
}

interface Page {
  readonly messages: readonly Message[];
  readonly goesOnAfter: number | undefined;
}

function reasonOf({ mentions, replyTo }: Message, userId: string, kind: 'room' | 'direct'): UnreadReason {
  if (kind === 'direct') return 'direct';
  if (mentions.userIds.includes(userId)) return 'mention';
  if (mentions.everyone) return 'everyone';
  return replyTo?.sender?.id === userId ? 'reply' : 'other';
}
