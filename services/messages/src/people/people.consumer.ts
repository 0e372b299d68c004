import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { UserChanged, UserRegistered } from '@parley/contracts';
import { EventLog, type Subscription } from '@parley/platform';
import { SenderDirectory } from './sender-directory.service.js';

/** Keeps names and pictures of senders up to date: the table by the group, this process's cache by the tail. */
@Injectable()
export class PeopleConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly subscriptions: Subscription[] = [];

  constructor(
    private readonly log: EventLog,
    private readonly senders: SenderDirectory,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const events = [UserRegistered, UserChanged];
    this.subscriptions.push(
      await this.log.consume({
        topic: 'chat.users',
        group: 'messages-people',
        events,
        handle: (records) => this.senders.learn(records.map(({ payload }) => payload.user)),
      }),
      await this.log.tail({ topic: 'chat.users', events, handle: ({ payload }) => this.senders.remember(payload.user) }),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.close()));
  }
}
