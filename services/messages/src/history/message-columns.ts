import type { Announcement, Media, Mentions, Reaction } from '@parley/contracts';
import type { MessageRow } from '../storing/message-row.js';

export interface MessageRecord {
  [column: string]: unknown;
  room_id: string;
  seq: string;
  id: string;
  rev: number;
  client_msg_id: string;
  kind: 'user' | 'system';
  sender_id: string | null;
  text: string;
  announcement: Announcement | null;
  reply_to: string | null;
  attachments: Media[] | null;
  created_at: Date;
  edited_at: Date | null;
  deleted_at: Date | null;
  change: string | null;
  mentions: Mentions | null;
  reactions: Reaction[] | null;
}

/** For `SELECT … FROM messages.messages AS message`. bigint comes as text; seqs stay far below 2^53. */
export const MESSAGE_COLUMNS = `message.room_id, message.seq, message.id, message.rev, message.client_msg_id, message.kind, message.sender_id,
  message.text, message.reply_to, message.attachments, message.created_at, message.edited_at, message.deleted_at, message.change, message.mentions, message.reactions,
  message.announcement`;

export function messageRowOf(record: MessageRecord): MessageRow {
  return {
    roomId: record.room_id,
    seq: Number(record.seq),
    id: record.id,
    rev: record.rev,
    clientMsgId: record.client_msg_id,
    kind: record.kind,
    senderId: record.sender_id,
    text: record.text,
    announcement: record.announcement,
    replyTo: record.reply_to,
    attachments: record.attachments ?? [],
    createdAt: record.created_at.toISOString(),
    editedAt: record.edited_at?.toISOString() ?? null,
    deletedAt: record.deleted_at?.toISOString() ?? null,
    change: record.change === null ? null : Number(record.change),
    mentions: record.mentions,
    reactions: record.reactions ?? [],
  };
}
