import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MessageStored, MessageStoredV1 } from '@parley/contracts';
import { EventLog, type Subscription } from '@parley/platform';
import { HeadService } from '../heads/head.service.js';

/** What the first version did not tell: nothing was changed and nobody mentioned at its time. */
const UNKNOWN_THEN = { rev: 0, mentions: { userIds: [], everyone: false } };

/** Follows what the messages service has stored. */
@Injectable()
export class StoredConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscription: Subscription | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly heads: HeadService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.log.consume<MessageStored | MessageStoredV1>({
      topic: 'chat.stored',
      group: 'rooms',
      events: [MessageStoredV1, MessageStored],
      handle: (records) => this.heads.advance(records.map(({ payload }) => ({ ...UNKNOWN_THEN, ...payload }))),
    });
  }

  /** Resolves once everything that was told before is counted. */
  async caughtUp(): Promise<void> {
    await this.subscription?.caughtUp();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }
}
