import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MessageChanged, MessageChangedV1, MessageStored, MessageStoredV1, MessageStoredV2, MessageStoredV3 } from '@parley/contracts';
import { EventLog, type LogRecord, type Subscription } from '@parley/platform';
import { HeadService } from '../heads/head.service.js';

/** What the first versions did not tell: nothing was changed and nobody mentioned at the time of the very first. */
const UNKNOWN_THEN = { rev: 0, mentions: { userIds: [], everyone: false }, attachments: [], announcement: null };
const CHANGES: readonly string[] = [MessageChangedV1.type, MessageChanged.type];

/** Each room and each sender is written once for all of a batch; who has a room on screen hears of its messages without this. */
const GATHER_MS = 200;
const MAX_BATCH = 1_000;

type Stored = MessageStored | MessageStoredV3 | MessageStoredV2 | MessageStoredV1;
type Changed = MessageChanged | MessageChangedV1;

/** Follows what the messages service has stored. */
@Injectable()
export class StoredConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscription: Subscription | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly heads: HeadService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.log.consume<Stored | Changed>({
      topic: 'chat.stored',
      group: 'rooms',
      events: [MessageStoredV1, MessageStoredV2, MessageStoredV3, MessageStored, MessageChangedV1, MessageChanged],
      gatherMs: GATHER_MS,
      maxBatch: MAX_BATCH,
      handle: (records) => this.follow(records),
    });
  }

  /** A message is counted before anything that became of it, since that is what the order of its facts was. */
  private async follow(records: readonly LogRecord<Stored | Changed>[]): Promise<void> {
    const [changes, posts] = [true, false].map((isChange) => records.filter(({ type }) => CHANGES.includes(type) === isChange));
    const stored = posts!.map(({ payload }) => ({ ...UNKNOWN_THEN, ...payload }));
    const changed = changes!.map(({ payload }) => ({ ...UNKNOWN_THEN, ...(payload as Changed) }));
    if (stored.length > 0) await this.heads.advance(stored);
    if (changed.length > 0) await this.heads.follow(changed);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }
}
