import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MessageStored } from '@parley/contracts';
import { EventLog, type Subscription } from '@parley/platform';
import { HeadService } from '../heads/head.service.js';

/** Follows what the messages service has stored. */
@Injectable()
export class StoredConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscription: Subscription | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly heads: HeadService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.log.consume({
      topic: 'chat.stored',
      group: 'rooms',
      events: [MessageStored],
      handle: (records) => this.heads.advance(records.map(({ payload }) => payload)),
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
