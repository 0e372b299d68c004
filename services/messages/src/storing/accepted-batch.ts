import {
  MessageDeleted,
  MessageEdited,
  MessagePosted,
  MessagePostedV1,
  MessageReacted,
  SystemMessagePosted,
  SystemMessagePostedV1,
  type Announcement,
  type MessageDeleted as Deleted,
  type MessageEdited as Edited,
  type MessagePosted as Posted,
  type MessagePostedV1 as PostedV1,
  type MessageReacted as Reacted,
  type SystemMessagePosted as SystemPosted,
  type SystemMessagePostedV1 as SystemPostedV1,
} from '@parley/contracts';
import type { LogRecord, ReadableEvent } from '@parley/platform';

/** A change as it was accepted, and how many posts of its batch stand before it in the log. */
export type AcceptedChange = { readonly postsBefore: number } & (
  | { readonly action: 'edit'; readonly command: Edited }
  | { readonly action: 'delete'; readonly command: Deleted }
  | { readonly action: 'react'; readonly command: Reacted }
);

/** A message as it was accepted; without a sender when a room says it itself. */
export type AcceptedPost = Omit<Posted, 'senderId'> & { readonly senderId: string | null; readonly announcement?: Announcement | null };

export interface AcceptedBatch {
  readonly posted: readonly AcceptedPost[];
  readonly changes: readonly AcceptedChange[];
}

/** What the log of accepted commands may hold. */
export const ACCEPTED_EVENTS: readonly ReadableEvent<unknown>[] = [
  MessagePostedV1,
  MessagePosted,
  MessageEdited,
  MessageDeleted,
  MessageReacted,
  SystemMessagePostedV1,
  SystemMessagePosted,
];

/** Takes a batch apart; posts and changes keep their order, and each change knows the posts before it. */
export function acceptedBatchOf(records: readonly Pick<LogRecord, 'type' | 'payload'>[]): AcceptedBatch {
  const posted: AcceptedPost[] = [];
  const changes: AcceptedChange[] = [];
  for (const { type, payload } of records) {
    const postsBefore = posted.length;
    switch (type) {
      case MessagePostedV1.type:
        // Nobody could attach files or address everyone then.
        posted.push({ ...(payload as PostedV1), attachments: [], mayMentionEveryone: false });
        break;
      case MessagePosted.type:
        posted.push(payload as Posted);
        break;
      case SystemMessagePostedV1.type:
        posted.push(postOf(payload as SystemPostedV1, null));
        break;
      case SystemMessagePosted.type:
        posted.push(postOf(payload as SystemPosted, (payload as SystemPosted).announcement));
        break;
      case MessageEdited.type:
        changes.push({ postsBefore, action: 'edit', command: payload as Edited });
        break;
      case MessageDeleted.type:
        changes.push({ postsBefore, action: 'delete', command: payload as Deleted });
        break;
      case MessageReacted.type:
        changes.push({ postsBefore, action: 'react', command: payload as Reacted });
        break;
    }
  }
  return { posted, changes };
}

/** Nobody sent it, so its own id stands where a client's key would. */
const postOf = ({ messageId, roomId, text, acceptedAt }: SystemPostedV1, announcement: Announcement | null): AcceptedPost => ({
  messageId,
  roomId,
  senderId: null,
  clientMsgId: messageId,
  text,
  announcement,
  replyTo: null,
  attachments: [],
  mayMentionEveryone: false,
  acceptedAt,
});
