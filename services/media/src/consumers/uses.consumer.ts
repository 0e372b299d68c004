import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MessageChanged, MessageChangedV1, MessagePosted, UserChanged } from '@parley/contracts';
import { EventLog, type Subscription } from '@parley/platform';
import { FileRepository } from '../files/file.repository.js';
import { UseRegister } from '../files/use-register.js';

const PATIENCE_MS = 5_000;
const GROUP = 'media';
/** Few messages carry files, and a file that is set aside for one stays until it is known whether it was accepted. */
const GATHER_MS = 500;
const MAX_BATCH = 1_000;

/** Which files are in use is decided by the log: a file whose message or profile stands there stays. */
@Injectable()
export class UsesConsumer extends UseRegister implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private subscriptions: Subscription[] = [];

  constructor(
    private readonly log: EventLog,
    private readonly files: FileRepository,
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    this.subscriptions = [
      await this.log.consume({
        topic: 'chat.messages',
        group: GROUP,
        events: [MessagePosted],
        gatherMs: GATHER_MS,
        maxBatch: MAX_BATCH,
        handle: (records) => this.confirmMessages(records.map(({ payload }) => payload)),
      }),
      await this.log.consume<MessageChanged | MessageChangedV1>({
        topic: 'chat.stored',
        group: GROUP,
        events: [MessageChangedV1, MessageChanged],
        handle: async (records) => {
          const deleted = records.filter(({ payload }) => payload.deletedAt !== null).map(({ payload }) => payload.messageId);
          if (deleted.length > 0) await this.files.removeOfMessages(deleted);
        },
      }),
      await this.log.consume({
        topic: 'chat.users',
        group: GROUP,
        events: [UserChanged],
        handle: async (records) => {
          for (const { user } of records.map(({ payload }) => payload)) {
            const avatarId = avatarIdOf(user.avatarUrl);
            if (avatarId !== undefined) await this.files.confirmAvatar(user.id, avatarId);
          }
        },
      }),
    ];
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.close()));
  }

  async haveSeenAll(): Promise<boolean> {
    if (this.subscriptions.length === 0) return false;
    const seen = Promise.all(this.subscriptions.map((subscription) => subscription.caughtUp()));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<false>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS, false)));
    try {
      return await Promise.race([
        seen.then(
          () => true,
          () => false,
        ),
        timeout,
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async confirmMessages(posted: readonly MessagePosted[]): Promise<void> {
    const uses = posted
      .filter(({ attachments }) => attachments.length > 0)
      .map(({ messageId, roomId, senderId, attachments }) => ({ messageId, roomId, senderId, mediaIds: attachments.map(({ id }) => id) }));
    if (uses.length > 0) await this.files.confirmMessages(uses);
  }
}

/** An uploaded picture is known by the version in its address, which is its id. */
function avatarIdOf(avatarUrl: string): string | undefined {
  return /[?&]v=([0-9a-f]{8}-[0-9a-f-]{27})$/.exec(avatarUrl)?.[1];
}
