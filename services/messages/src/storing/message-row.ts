import type { Announcement, Media, Mentions, MessagePosted, Reaction } from '@parley/contracts';

/** A stored message as its table has it. */
export interface MessageRow {
  readonly roomId: string;
  readonly seq: number;
  readonly id: string;
  readonly rev: number;
  readonly clientMsgId: string;
  readonly kind: 'user' | 'system';
  readonly senderId: string | null;
  readonly text: string;
  /** What the room said, in parts. */
  readonly announcement: Announcement | null;
  readonly replyTo: string | null;
  readonly attachments: readonly Media[];
  readonly createdAt: string;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
  /** Position of its last change among those of the room; null when it was never changed. */
  readonly change: number | null;
  /** null: nobody. */
  readonly mentions: Mentions | null;
  readonly reactions: readonly Reaction[];
}

/** One room's share of a stored batch, in `seq` order. */
export interface StoredRoom {
  readonly roomId: string;
  readonly epoch: number;
  readonly rows: readonly MessageRow[];
}

/** What is stored of an accepted message: the event and whom its text turned out to mention. */
export interface PostedMessage extends Omit<MessagePosted, 'senderId'> {
  /** null: the room says it itself. */
  readonly senderId: string | null;
  readonly announcement?: Announcement | null;
  readonly mentions: Mentions | null;
}

export function rowOf(posted: PostedMessage, seq: number): MessageRow {
  return {
    roomId: posted.roomId,
    seq,
    id: posted.messageId,
    rev: 0,
    clientMsgId: posted.clientMsgId,
    kind: posted.senderId === null ? 'system' : 'user',
    senderId: posted.senderId,
    text: posted.text,
    announcement: posted.announcement ?? null,
    replyTo: posted.replyTo,
    attachments: posted.attachments,
    createdAt: posted.acceptedAt,
    editedAt: null,
    deletedAt: null,
    change: null,
    mentions: posted.mentions,
    reactions: [],
  };
}
