import { MessagePosted, ParleyError, type Media, type PostedAnswer } from '@parley/contracts';
import { EventLog, RateLimiter, type RateRule } from '@parley/platform';
import { Injectable } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import { MediaLibrary } from '../media/media-library.js';
import { RoomAccess } from '../rooms/room-access.js';
import { assertAllowed } from '../rooms/room-rules.js';
import { SlowMode } from '../rooms/slow-mode.js';
import { MessageHistory } from './message-history.js';
import { messageIdOf } from './message-id.js';

/** Per user, over all edges (`api.md` §1). Edges take from it before they parse anything. */
export const MESSAGE_RATE: RateRule = { name: 'messages', perSecond: 10, burst: 20 };

export interface MessageDraft {
  readonly senderId: string;
  readonly roomId: string;
  /** Without one a retry is a new message. */
  readonly clientMsgId?: string | undefined;
  readonly text: string;
  readonly replyTo?: string | null | undefined;
  readonly attachments?: readonly string[] | undefined;
}

/**
 * Accepts messages, for every edge that takes them. Everything that can refuse comes before the append: an accepted
 * message is never refused afterwards. Messages of one sender in one room are handed to the log in the order of their
 * calls, however long the checks of each take.
 */
@Injectable()
export class MessagePoster {
  /** Sender and room -> settled when the last message of theirs was handed over or refused. */
  private readonly lines = new Map<string, Promise<void>>();
  private readonly slowMode: SlowMode;

  constructor(
    private readonly rooms: RoomAccess,
    private readonly history: MessageHistory,
    private readonly media: MediaLibrary,
    private readonly log: EventLog,
    limiter: RateLimiter,
  ) {
    this.slowMode = new SlowMode(limiter, history);
  }

  /**
   * Resolves once the message is durable. Repeating it with the same `clientMsgId` gives the same ids and stores it
   * once. Rejects with UNCONFIRMED when it is not known whether it was accepted.
   */
  async post(draft: MessageDraft): Promise<PostedAnswer> {
    const { senderId, roomId, text } = draft;
    const clientMsgId = draft.clientMsgId ?? uuidV7();
    const messageId = messageIdOf(senderId, roomId, clientMsgId);
    let acceptedAt = '';
    await this.inTurn(`${senderId}:${roomId}`, this.check(draft, messageId), (attachments) => {
      acceptedAt = new Date().toISOString();
      const replyTo = draft.replyTo ?? null;
      return this.log.append(MessagePosted, { messageId, roomId, senderId, clientMsgId, text, replyTo, attachments, acceptedAt });
    });
    return { messageId, clientMsgId, roomId, acceptedAt };
  }

  /**
   * Answers the files that the message carries. They are set aside last: a message that is refused takes none. Before them comes
   * the turn of slow mode, so that what is refused for another reason costs none.
   */
  private async check({ senderId, roomId, attachments, replyTo }: MessageDraft, messageId: string): Promise<Media[]> {
    const facts = assertAllowed('send', await this.rooms.findFacts(roomId, senderId));
    if (replyTo && !(await this.history.findMessage(roomId, replyTo))) throw new ParleyError('MESSAGE_NOT_FOUND');
    await this.slowMode.take(facts, senderId, messageId);
    if (!attachments || attachments.length === 0) return [];
    return this.media.reserve({ senderId, roomId, messageId, mediaIds: attachments });
  }

  /** Calls `append` when the check has passed and everybody before in the line had his turn. */
  private async inTurn<T>(line: string, checked: Promise<T>, append: (result: T) => Promise<void>): Promise<void> {
    let durable: Promise<void> | undefined;
    const handedOver = Promise.allSettled([checked, this.lines.get(line)]).then(([check]) => {
      if (check.status === 'fulfilled') durable = append(check.value);
    });
    this.lines.set(line, handedOver);
    await handedOver;
    if (this.lines.get(line) === handedOver) this.lines.delete(line);
    await checked;
    await durable;
  }
}
