import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MessageStored, MessageStoredV2, MessageStoredV3, SessionRevoked } from '@parley/contracts';
import { EventLog, type Subscription } from '@parley/platform';
import type { ConfigOf } from '@parley/runtime';
import { HeadService } from '../heads/head.service.js';
import { PushDeviceRepository } from '../push/push-device.repository.js';
import { PushWaitingRepository } from '../push/push-waiting.repository.js';
import { pushConfig } from '../rooms.config.js';

/** A group of its own: whatever happens to push messages, nothing else waits for it. */
const GROUP = 'push';
/** Nobody is told at once (`PARLEY_PUSH_DELAY_MS`), and most messages are looked at for nothing: together, under load. */
const GATHER_MS = 500;
const MAX_BATCH = 1_000;

/** Notes who is to be told of what was stored, and forgets sessions that have ended. Sends nothing. */
@Injectable()
export class PushConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscriptions: Subscription[] = [];

  constructor(
    private readonly log: EventLog,
    private readonly waiting: PushWaitingRepository,
    private readonly devices: PushDeviceRepository,
    private readonly heads: HeadService,
    @Inject(pushConfig.token) private readonly config: ConfigOf<typeof pushConfig>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.ENABLED) return;
    this.subscriptions = await Promise.all([
      this.log.consume<MessageStored | MessageStoredV3 | MessageStoredV2>({
        topic: 'chat.stored',
        group: GROUP,
        events: [MessageStoredV2, MessageStoredV3, MessageStored],
        gatherMs: GATHER_MS,
        maxBatch: MAX_BATCH,
        handle: (records) => this.note(records.map(({ payload }) => ({ attachments: [], announcement: null, ...payload }))),
      }),
      this.log.consume<SessionRevoked>({
        topic: 'chat.users',
        group: GROUP,
        events: [SessionRevoked],
        handle: (records) => this.devices.remove(records.map(({ payload }) => payload.sessionId)),
      }),
    ]);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.close()));
  }

  private async note(messages: readonly MessageStored[]): Promise<void> {
    const ofPeople = messages.filter(({ senderId }) => senderId !== null);
    if (ofPeople.length === 0) return;
    await this.heads.startDirects(ofPeople); // this group may be ahead of the one that counts
    const direct = await this.waiting.findDirect([...new Set(ofPeople.map(({ roomId }) => roomId))]);
    const forSomebody = ofPeople.filter(({ roomId, mentions }) => mentions.everyone || mentions.userIds.length > 0 || direct.has(roomId));
    if (forSomebody.length > 0) await this.waiting.add(forSomebody, this.config.DELAY_MS);
  }
}
