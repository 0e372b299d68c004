import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MessagePosted, MessagePostedV1 } from '@parley/contracts';
import { EventLog, type LogRecord, type Subscription } from '@parley/platform';
import { MessagePersister } from './message.persister.js';
import { StoredAnnouncer } from './stored-announcer.js';

/** Takes accepted messages from the log, whole batches of several partitions, each partition in its order. */
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
      events: [MessagePosted, MessagePostedV1],
      handle: (records: readonly LogRecord<MessagePosted | MessagePostedV1>[]) => this.persister.persist(records.map(postedOf)),
      beforeCommit: () => this.announcer.flush(),
    });
  }

  /** Resolves once everything that was accepted before is stored and told. */
  async caughtUp(): Promise<void> {
    await this.subscription?.caughtUp();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }
}

/** What was accepted by a version without attachments has none. */
function postedOf({ type, payload }: LogRecord<MessagePosted | MessagePostedV1>): MessagePosted {
  return type === MessagePostedV1.type ? { ...payload, attachments: [] } : (payload as MessagePosted);
}
