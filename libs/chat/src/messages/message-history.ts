import type { HistoryAnswer, Message } from '@parley/contracts';

export interface RoomPositionHead {
  readonly roomId: string;
  readonly epoch: number;
  readonly head: number;
  /** Changes (edits, deletions, reactions) that the room has seen. */
  readonly changes: number;
}

/** Messages as they are now that changed after a position, by their last change. */
export interface ChangedMessages {
  readonly epoch: number;
  /** Where the room stood when they were read: they are at least as new. */
  readonly changes: number;
  readonly changed: readonly { readonly change: number; readonly message: Message }[];
}

export type HistoryPosition = { before: number } | { after: number } | { around: number } | { newest: true };

/** Stored messages; owned by the messages service. Callers check access first. */
export abstract class MessageHistory {
  abstract page(roomId: string, position: HistoryPosition, limit: number): Promise<HistoryAnswer>;
  /** Where each room stands; rooms without messages stand at 0. */
  abstract heads(roomIds: readonly string[]): Promise<RoomPositionHead[]>;
  /** At most `limit` of the messages that changed after the change `after`, those that changed first first. */
  abstract listChanged(roomId: string, after: number, limit: number): Promise<ChangedMessages>;
  /** Those at these positions (at most `LIMITS.pageMax`), ascending. */
  abstract listAt(roomId: string, seqs: readonly number[]): Promise<Message[]>;
  abstract findMessage(roomId: string, messageId: string): Promise<Message | undefined>;
  /**
   * How many of the messages with `after < seq <= upTo` are never unread for this person: the own ones and those of the
   * system. What lies beyond the head counts as nothing.
   */
  abstract countNeverUnread(roomId: string, userId: string, after: number, upTo: number): Promise<number>;
}
