import { Injectable } from '@nestjs/common';
import { messageIdOf } from '@parley/chat';
import { MessagePosted } from '@parley/contracts';
import { EventLog } from '@parley/platform';
import { HistoryRepository } from '../history/history.repository.js';

/** A message of an earlier application; its text is already as the contract wants it. */
export interface ImportedMessage {
  readonly roomId: string;
  readonly senderId: string;
  /** The same in every run: storage keeps a message once by sender, room and this. */
  readonly clientMsgId: string;
  readonly text: string;
  readonly createdAt: Date;
}

/** Takes over messages of an earlier application by the way that every message goes, with the time that they were sent. */
@Injectable()
export class MessageImport {
  constructor(
    private readonly log: EventLog,
    private readonly history: HistoryRepository,
  ) {}

  /** In this order, as far as each room is concerned. Resolves once they are durable. Answers their ids. */
  async post(messages: readonly ImportedMessage[]): Promise<string[]> {
    const posted = messages.map(({ roomId, senderId, clientMsgId, text, createdAt }) => ({
      messageId: messageIdOf(senderId, roomId, clientMsgId),
      roomId,
      senderId,
      clientMsgId,
      text,
      replyTo: null,
      attachments: [],
      acceptedAt: createdAt.toISOString(),
      mayMentionEveryone: false,
    }));
    await this.log.appendAll(MessagePosted, posted);
    return posted.map(({ messageId }) => messageId);
  }

  /** Where a message stands, once it is stored, by whichever process; undefined before. All before it in its room are stored then. */
  async findSeq(roomId: string, messageId: string): Promise<number | undefined> {
    const [row] = await this.history.findByIds([{ roomId, id: messageId }]);
    return row?.seq;
  }
}
