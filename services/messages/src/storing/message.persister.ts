import { Injectable } from '@nestjs/common';
import { roomChannel, type MessagePosted, type MessageStored, type MessagesBatch } from '@parley/contracts';
import { RoomFanout } from '@parley/platform';
import { failpoint } from '@parley/runtime';
import { MessageViewService } from '../history/message-view.service.js';
import { ActivityNotices } from './activity-notices.js';
import { MessageBatchRepository } from './message-batch.repository.js';
import type { StoredRoom } from './message-row.js';
import { StoredAnnouncer } from './stored-announcer.js';
import { StoredSignal } from './stored-signal.js';

/**
 * Accepted messages become stored ones: one transaction, then the live stream, then the fact for everybody else
 * (`StoredAnnouncer`), and only when that is in the log, too, does the offset move. A crash anywhere repeats the batch:
 * what is stored keeps its place, and whoever sees a message twice sees the same `seq`.
 */
@Injectable()
export class MessagePersister {
  constructor(
    private readonly batches: MessageBatchRepository,
    private readonly view: MessageViewService,
    private readonly fanout: RoomFanout,
    private readonly activity: ActivityNotices,
    private readonly stored: StoredSignal,
    private readonly announcer: StoredAnnouncer,
  ) {}

  async persist(posted: readonly MessagePosted[]): Promise<void> {
    const rooms = await this.batches.store(posted);
    failpoint('after-commit-before-fanout');
    for (const batch of await this.viewRooms(rooms)) {
      this.fanout.toSockets(roomChannel(batch.roomId), 'messages', batch);
      this.activity.note(batch);
      for (const message of batch.messages) this.stored.announce(message);
    }
    this.announcer.add(rooms.flatMap(storedFacts));
    failpoint('after-fanout-before-offset');
  }

  private async viewRooms(rooms: readonly StoredRoom[]): Promise<MessagesBatch[]> {
    const messages = await this.view.view(rooms.flatMap(({ rows }) => rows));
    let next = 0;
    return rooms
      .map(({ roomId, epoch, rows }) => ({ roomId, epoch, messages: messages.slice(next, (next += rows.length)) }))
      .filter((batch) => batch.messages.length > 0);
  }
}

function storedFacts({ epoch, rows }: StoredRoom): MessageStored[] {
  return rows.map((row) => ({
    roomId: row.roomId,
    epoch,
    seq: row.seq,
    messageId: row.id,
    senderId: row.senderId,
    kind: row.kind,
    text: row.text,
    createdAt: row.createdAt,
  }));
}
