import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MessagePosted } from '@parley/contracts';
import { EventLog, type Subscription } from '@parley/platform';
import { MessagePersister } from './message.persister.js';

/** Takes accepted messages from the log, whole batches of several partitions, each partition in its order. */
@Injectable()
export class MessageConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscription: Subscription | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly persister: MessagePersister,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.log.consume({
      topic: 'chat.messages',
      group: 'messages',
      events: [MessagePosted],
      handle: (records) => this.persister.persist(records.map(({ payload }) => payload)),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }
}
