/** `indeterminate`: no definite answer came, so it may be stored, at most once. */
export type Outcome = 'acked' | 'rejected' | 'indeterminate';

/** One intention to send, with all its repeats. Times count recorder events, so that they order without a clock. */
export interface Attempt {
  readonly senderId: string;
  readonly roomId: string;
  readonly clientMsgId: string;
  readonly text: string;
  readonly beganAt: number;
  readonly outcome: Outcome;
  /** When the answer came; absent without one. */
  readonly endedAt?: number;
  /** The id that the acknowledgement named. */
  readonly messageId?: string;
}

/** A row as the product's history shows it; `senderId` null for system messages. */
export interface StoredMessage {
  readonly roomId: string;
  readonly seq: number;
  readonly messageId: string;
  readonly senderId: string | null;
  readonly clientMsgId: string;
  readonly text: string;
}

export interface ReceivedMessage {
  readonly seq: number;
  readonly messageId: string;
}

/** What one device showed of one room, in the order in which it did. */
export interface ReceivedRoom {
  readonly clientId: string;
  readonly roomId: string;
  readonly messages: readonly ReceivedMessage[];
}

export interface History {
  readonly attempts: readonly Attempt[];
  /** Every message of every room that took part. */
  readonly stored: readonly StoredMessage[];
  readonly received: readonly ReceivedRoom[];
}

/** The key under which a message is stored once. */
export const keyOf = (message: { senderId: string | null; roomId: string; clientMsgId: string }): string =>
  `${message.senderId} ${message.roomId} ${message.clientMsgId}`;
