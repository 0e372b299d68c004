import { MessageHistory, type ChangedMessages, type HistoryPosition, type RoomPositionHead } from '@parley/chat';
import type { HistoryAnswer, Message, MessageStored } from '@parley/contracts';
import { v7 as uuidV7 } from 'uuid';

/** The messages service, as far as this one asks it. */
export class StoredHistory extends MessageHistory {
  readonly rooms = new Map<string, MessageStored[]>();
  readonly deleted = new Set<string>();
  counts = 0;

  /** Stores a message and answers with the fact, which the test hands on when it likes. */
  store(roomId: string, senderId: string | null, text = 'hello'): MessageStored {
    const messages = this.rooms.get(roomId) ?? [];
    this.rooms.set(roomId, messages);
    const event: MessageStored = {
      roomId,
      epoch: 1,
      seq: messages.length + 1,
      messageId: uuidV7(),
      senderId,
      kind: senderId === null ? 'system' : 'user',
      text,
      createdAt: new Date().toISOString(),
      rev: 0,
      mentions: { userIds: [], everyone: false },
      attachments: [],
      announcement: null,
    };
    messages.push(event);
    return event;
  }

  heads(roomIds: readonly string[]): Promise<RoomPositionHead[]> {
    return Promise.resolve(roomIds.map((roomId) => ({ roomId, epoch: 1, head: this.rooms.get(roomId)?.length ?? 0, changes: 0 })));
  }

  countNeverUnread(roomId: string, userId: string, after: number, upTo: number): Promise<number> {
    this.counts += 1;
    const range = (this.rooms.get(roomId) ?? []).slice(after, upTo);
    return Promise.resolve(range.filter(({ senderId, kind }) => senderId === userId || kind === 'system').length);
  }

  page(roomId: string, position: HistoryPosition, limit: number): Promise<HistoryAnswer> {
    if (!('after' in position)) throw new Error('rooms ask for what comes after a position only');
    const all = this.messages(roomId);
    const messages = all.filter(({ seq }) => seq > position.after).slice(0, limit);
    const head = all.length;
    return Promise.resolve({ roomId, epoch: 1, head, changes: 0, messages, hasMoreBefore: true, hasMoreAfter: false });
  }

  listAt(roomId: string, seqs: readonly number[]): Promise<Message[]> {
    return Promise.resolve(this.messages(roomId).filter(({ seq }) => seqs.includes(seq)));
  }

  listChanged(): Promise<ChangedMessages> {
    throw new Error('rooms do not ask for changes');
  }

  private messages(roomId: string): Message[] {
    return (this.rooms.get(roomId) ?? []).map(({ messageId, senderId, seq, kind, text, mentions, createdAt }) => ({
      id: messageId,
      roomId,
      seq,
      rev: 0,
      clientMsgId: messageId,
      kind,
      sender: senderId === null ? null : { id: senderId, username: 'someone', displayName: 'Someone', avatarUrl: '/api/users/1/avatar' },
      text,
      replyTo: null,
      attachments: [],
      mentions,
      reactions: [],
      createdAt,
      editedAt: null,
      deletedAt: this.deleted.has(messageId) ? createdAt : null,
    }));
  }

  findMessage(roomId: string, messageId: string): Promise<Message | undefined> {
    return Promise.resolve(this.messages(roomId).find(({ id }) => id === messageId));
  }
}
