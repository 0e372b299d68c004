import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MessageChanged, MessageStored, MessageStoredV1 } from '@parley/contracts';
import { EventLog, type LogRecord, type Subscription } from '@parley/platform';
import { HeadService } from '../heads/head.service.js';

/** What the first version did not tell: nothing was changed and nobody mentioned at its time. */
const UNKNOWN_THEN = { rev: 0, mentions: { userIds: [], everyone: false } };

type StoredRecord = LogRecord<MessageStored | MessageStoredV1 | MessageChanged>;

/** Follows what the messages service has stored. */
@Injectable()
export class StoredConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscription: Subscription | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly heads: HeadService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.log.consume<MessageStored | MessageStoredV1 | MessageChanged>({
      topic: 'chat.stored',
      group: 'rooms',
      events: [MessageStoredV1, MessageStored, MessageChanged],
      handle: (records) => this.follow(records),
    });
  }

  /** A message is counted before anything that became of it, since that is what the order of its facts was. */
  private async follow(records: readonly StoredRecord[]): Promise<void> {
    const stored = records.filter(({ type }) => type !== MessageChanged.type).map(({ payload }) => ({ ...UNKNOWN_THEN, ...payload }));
    const changed = records.filter(({ type }) => type === MessageChanged.type).map(({ payload }) => payload as MessageChanged);
    if (stored.length > 0) await this.heads.advance(stored);
    if (changed.length > 0) await this.heads.follow(changed);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }
}
