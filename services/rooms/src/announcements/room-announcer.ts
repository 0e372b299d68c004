import { Injectable } from '@nestjs/common';
import { SystemMessagePosted, type Announcement } from '@parley/contracts';
import type { Transaction } from '@parley/db';
import { Outbox } from '@parley/platform';
import { v7 as uuidV7 } from 'uuid';
import { textOf } from './announcement-text.js';

/**
 * Lets a room say something itself: a message without a sender, on the road of all messages, so that it has its place
 * among them (`docs/adr/0002-what-rooms-say.md`). It is written down with the change that it is about, and its id is its
 * own for ever, so that it is stored once however often it is sent.
 */
@Injectable()
export class RoomAnnouncer {
  constructor(private readonly outbox: Outbox) {}

  async announce(transaction: Transaction, roomId: string, announcement: Announcement): Promise<void> {
    await this.outbox.add(transaction, SystemMessagePosted, {
      messageId: uuidV7(),
      roomId,
      text: textOf(announcement),
      announcement,
      acceptedAt: new Date().toISOString(),
    });
  }
}
