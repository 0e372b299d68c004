import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { UserChanged, UserRegistered } from '@parley/contracts';
import { EventLog, type Subscription } from '@parley/platform';
import { PeopleService } from '../people/people.service.js';

/** Learns of people from the auth service. */
@Injectable()
export class PeopleConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscription: Subscription | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly people: PeopleService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.log.consume({
      topic: 'chat.users',
      group: 'rooms',
      events: [UserRegistered, UserChanged],
      handle: (records) => this.people.learn(records.map(({ payload }) => payload.user)),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }
}
