import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { EventLog, type Subscription } from '@parley/platform';
import { ACCEPTED_EVENTS, acceptedBatchOf } from './accepted-batch.js';
import { MessagePersister } from './message.persister.js';
import { StoredAnnouncer } from './stored-announcer.js';

/** Under load fewer and larger transactions, and fewer frames to each socket; after a quiet moment nothing waits. */
const GATHER_MS = 10;

/** Takes accepted messages and changes from the log, whole batches of several partitions, each partition in its order. */
@Injectable()
export class MessageConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscription: Subscription | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly persister: MessagePersister,
    private readonly announcer: StoredAnnouncer,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.log.consume({
      topic: 'chat.messages',
      group: 'messages',
      events: ACCEPTED_EVENTS,
      handle: (records) => {
        const { posted, changes } = acceptedBatchOf(records);
        return this.persister.persist(posted, changes);
      },
      gatherMs: GATHER_MS,
      beforeCommit: () => this.announcer.flush(),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }
}
