import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { UserChanged, userChannel } from '@parley/contracts';
import { EventLog, type Subscription } from '@parley/platform';
import { PresenceWatch } from '../presence/presence-watch.service.js';
import { LocalSockets } from '../sockets/local-sockets.js';

/** Follows profiles: tells those who look at a person, and the person's own devices. */
@Injectable()
export class ProfileFactsConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscription: Subscription | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly watching: PresenceWatch,
    private readonly sockets: LocalSockets,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.log.tail<UserChanged>({
      topic: 'chat.users',
      events: [UserChanged],
      handle: ({ payload: { user } }) => {
        const watchers = [...this.watching.watchersOf(user.id)].map(({ id }) => id); // every socket is alone in the channel of its id
        this.sockets.emitLight([userChannel(user.id), ...watchers], 'user:changed', { user });
      },
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }
}
