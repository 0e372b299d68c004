import { Injectable } from '@nestjs/common';
import { MessageHistory, type ChangedMessages, type HistoryPosition, type RoomPositionHead } from '@parley/chat';
import { ParleyError, type HistoryAnswer, type Message, type Revision } from '@parley/contracts';
import { HistoryRepository } from './history.repository.js';
import { MessageViewService } from './message-view.service.js';
import { pageRange } from './page-range.js';

@Injectable()
export class HistoryService implements MessageHistory {
  constructor(
    private readonly repository: HistoryRepository,
    private readonly view: MessageViewService,
  ) {}

  async page(roomId: string, position: HistoryPosition, limit: number): Promise<HistoryAnswer> {
    // Before the messages: they are at least as new as this says.
    const [{ head, epoch, changes }] = (await this.heads([roomId])) as [RoomPositionHead];
    const range = pageRange(position, limit, head);
    const messages = await this.view.view(await this.repository.listRange(roomId, range.from, range.to));
    return {
      roomId,
      epoch,
      head,
      changes,
      messages,
      hasMoreBefore: Math.min(range.from - 1, head) >= 1,
      hasMoreAfter: Math.max(range.to, range.from - 1) < head,
    };
  }

  async heads(roomIds: readonly string[]): Promise<RoomPositionHead[]> {
    const known = new Map((await this.repository.listHeads(roomIds)).map((head) => [head.roomId, head]));
    const epoch = known.size < roomIds.length ? await this.repository.findFirstEpoch() : 0;
    return roomIds.map((roomId) => known.get(roomId) ?? { roomId, epoch, head: 0, changes: 0 });
  }

  async listChanged(roomId: string, after: number, limit: number): Promise<ChangedMessages> {
    const [{ epoch, changes }] = (await this.heads([roomId])) as [RoomPositionHead];
    const rows = changes > after ? await this.repository.listChanged(roomId, after, limit) : [];
    const messages = await this.view.view(rows);
    return { epoch, changes, changed: messages.map((message, index) => ({ change: rows[index]?.change ?? 0, message })) };
  }

  /** Oldest first, the current text last; none after deletion. Throws MESSAGE_NOT_FOUND. */
  async listRevisions(roomId: string, messageId: string): Promise<Revision[]> {
    const revisions = await this.repository.listRevisions(roomId, messageId);
    const [row] = await this.repository.findByIds([{ roomId, id: messageId }]);
    if (!row) throw new ParleyError('MESSAGE_NOT_FOUND');
    if (row.deletedAt !== null) return [];
    return revisions.length > 0 ? revisions : [{ rev: 0, text: row.text, editedAt: row.createdAt }];
  }

  async listAt(roomId: string, seqs: readonly number[]): Promise<Message[]> {
    return this.view.view(await this.repository.listAt(roomId, seqs));
  }

  async findMessage(roomId: string, messageId: string): Promise<Message | undefined> {
    const rows = await this.repository.findByIds([{ roomId, id: messageId }]);
    const [message] = await this.view.view(rows);
    return message;
  }

  async countNeverUnread(roomId: string, userId: string, after: number, upTo: number): Promise<number> {
    return this.repository.countOwnAndSystem(roomId, userId, after, upTo);
  }
}
