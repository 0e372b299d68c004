import { MessagePosted, ParleyError, type Media, type PostedAnswer } from '@parley/contracts';
import { EventLog, RateLimiter, type RateRule } from '@parley/platform';
import { Injectable } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import { MediaLibrary, type AttachmentUse } from '../media/media-library.js';
import { RoomAccess, type RoomFacts } from '../rooms/room-access.js';
import { assertAllowed, mayMentionEveryone, powerOf } from '../rooms/room-rules.js';
import { SlowMode } from '../rooms/slow-mode.js';
import { MessageHistory } from './message-history.js';
import { messageIdOf } from './message-id.js';
import { Turns } from './turns.js';

/** Per user, over all edges (`docs/api` §1). Edges take from it before they parse anything. */
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

/** What stands before a message that may be accepted. */
interface Checked {
  readonly facts: RoomFacts;
  /** The files that it carries. */
  readonly attachments: Media[];
}

/**
 * Accepts messages, for every edge that takes them. Everything that can refuse comes before the append: an accepted
 * message is never refused afterwards. Messages of one sender in one room are handed to the log in the order of their
 * calls, however long the checks of each take.
 */
@Injectable()
export class MessagePoster {
  /** One line per sender and room. */
  private readonly turns = new Turns();
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
    await this.turns.take(`${senderId}:${roomId}`, this.check(draft, messageId), ({ facts, attachments }) => {
      acceptedAt = new Date().toISOString();
      return this.log.append(MessagePosted, {
        messageId,
        roomId,
        senderId,
        clientMsgId,
        text,
        replyTo: draft.replyTo ?? null,
        attachments,
        acceptedAt,
        mayMentionEveryone: mayMentionEveryone(powerOf(facts)),
      });
    });
    return { messageId, clientMsgId, roomId, acceptedAt };
  }

  /**
   * The files that the message carries are set aside last: a message that is refused takes none. Before them comes
   * the turn of slow mode, so that what is refused for another reason costs none.
   */
  private async check({ senderId, roomId, attachments, replyTo }: MessageDraft, messageId: string): Promise<Checked> {
    const facts = assertAllowed('send', await this.rooms.findFacts(roomId, senderId));
    if (replyTo && !(await this.history.findMessage(roomId, replyTo))) throw new ParleyError('MESSAGE_NOT_FOUND');
    await this.slowMode.take(facts, senderId, messageId);
    if (!attachments || attachments.length === 0) return { facts, attachments: [] };
    return { facts, attachments: await this.reserve({ senderId, roomId, messageId, mediaIds: attachments }) };
  }

  /** A message that was stored and deleted since has no files any more; its repeat is accepted like any other. */
  private async reserve(use: AttachmentUse): Promise<Media[]> {
    try {
      return await this.media.reserve(use);
    } catch (error) {
      const isRefused = error instanceof ParleyError && error.code === 'MEDIA_NOT_ATTACHABLE';
      if (isRefused && (await this.history.findMessage(use.roomId, use.messageId))) return [];
      throw error;
    }
  }
}
