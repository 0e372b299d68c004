import { Injectable } from '@nestjs/common';
import { quoteOf, type Message, type ReplyQuote } from '@parley/contracts';
import { SenderDirectory } from '../people/sender-directory.service.js';
import type { MessageRow } from '../storing/message-row.js';
import { HistoryRepository } from './history.repository.js';

/** Turns rows into what clients see: the same JSON for every recipient, from history and from the live stream. */
@Injectable()
export class MessageViewService {
  constructor(
    private readonly senders: SenderDirectory,
    private readonly history: HistoryRepository,
  ) {}

  async view(rows: readonly MessageRow[]): Promise<Message[]> {
    const quoted = await this.findQuoted(rows);
    const senderIds = new Set([...rows, ...quoted.values()].map((row) => row.senderId).filter((id) => id !== null));
    const senders = await this.senders.find([...senderIds]);
    const senderOf = (row: MessageRow) => (row.senderId === null ? null : (senders.get(row.senderId) ?? null));
    const quoteIn = (row: MessageRow): ReplyQuote | null => {
      const original = row.replyTo === null || row.deletedAt !== null ? undefined : quoted.get(quoteKey(row.roomId, row.replyTo));
      return original ? quoteOf({ ...original, sender: senderOf(original) }) : null;
    };
    return rows.map((row) => ({
      id: row.id,
      roomId: row.roomId,
      seq: row.seq,
      rev: row.rev,
      clientMsgId: row.clientMsgId,
      kind: row.kind,
      sender: senderOf(row),
      text: row.text,
      ...(row.announcement && row.deletedAt === null ? { announcement: row.announcement } : {}),
      replyTo: quoteIn(row),
      attachments: [...row.attachments],
      mentions: row.mentions ?? { userIds: [], everyone: false },
      reactions: [...row.reactions],
      createdAt: row.createdAt,
      editedAt: row.editedAt,
      deletedAt: row.deletedAt,
    }));
  }

  private async findQuoted(rows: readonly MessageRow[]): Promise<Map<string, MessageRow>> {
    const wanted = rows.filter((row): row is MessageRow & { replyTo: string } => row.replyTo !== null);
    if (wanted.length === 0) return new Map();
    const found = await this.history.findByIds(wanted.map((row) => ({ roomId: row.roomId, id: row.replyTo })));
    return new Map(found.map((row) => [quoteKey(row.roomId, row.id), row]));
  }
}

const quoteKey = (roomId: string, id: string): string => `${roomId}:${id}`;
