import { Injectable } from '@nestjs/common';
import { MessageHistory, type HistoryPosition, type RoomPositionHead } from '@parley/chat';
import type { HistoryAnswer, Message } from '@parley/contracts';
import { HistoryRepository } from './history.repository.js';
import { MessageViewService } from './message-view.service.js';
import { pageRange } from './page-range.js';

const FIRST_EPOCH = 1;

@Injectable()
export class HistoryService implements MessageHistory {
  constructor(
    private readonly repository: HistoryRepository,
    private readonly view: MessageViewService,
  ) {}

  async page(roomId: string, position: HistoryPosition, limit: number): Promise<HistoryAnswer> {
    const [{ head, epoch }] = (await this.heads([roomId])) as [RoomPositionHead];
    const range = pageRange(position, limit, head);
    const messages = await this.view.view(await this.repository.listRange(roomId, range.from, range.to));
    return {
      roomId,
      epoch,
      head,
      messages,
      hasMoreBefore: Math.min(range.from - 1, head) >= 1,
      hasMoreAfter: Math.max(range.to, range.from - 1) < head,
    };
  }

  async heads(roomIds: readonly string[]): Promise<RoomPositionHead[]> {
    const known = new Map((await this.repository.listHeads(roomIds)).map((head) => [head.roomId, head]));
    return roomIds.map((roomId) => known.get(roomId) ?? { roomId, epoch: FIRST_EPOCH, head: 0 });
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
