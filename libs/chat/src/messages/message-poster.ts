import { MessagePosted, ParleyError, type PostedAnswer } from '@parley/contracts';
import { EventLog, type RateRule } from '@parley/platform';
import { Injectable } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import { RoomAccess } from '../rooms/room-access.js';
import { refusalOf } from '../rooms/room-rules.js';
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
 * message is never refused afterwards.
 */
@Injectable()
export class MessagePoster {
  constructor(
    private readonly rooms: RoomAccess,
    private readonly history: MessageHistory,
    private readonly log: EventLog,
  ) {}

  /**
   * Resolves once the message is durable. Repeating it with the same `clientMsgId` gives the same ids and stores it
   * once. Rejects with UNCONFIRMED when it is not known whether it was accepted.
   */
  async post(draft: MessageDraft): Promise<PostedAnswer> {
    const { senderId, roomId, text } = draft;
    const refusal = refusalOf('send', await this.rooms.findFacts(roomId, senderId));
    if (refusal) throw new ParleyError(refusal);
    if (draft.attachments && draft.attachments.length > 0) throw new ParleyError('MEDIA_NOT_ATTACHABLE');
    if (draft.replyTo && !(await this.history.findMessage(roomId, draft.replyTo))) throw new ParleyError('MESSAGE_NOT_FOUND');

    const clientMsgId = draft.clientMsgId ?? uuidV7();
    const messageId = messageIdOf(senderId, roomId, clientMsgId);
    const acceptedAt = new Date().toISOString();
    await this.log.append(MessagePosted, { messageId, roomId, senderId, clientMsgId, text, replyTo: draft.replyTo ?? null, attachments: [], acceptedAt });
    return { messageId, clientMsgId, roomId, acceptedAt };
  }
}
