import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { UserChanged } from '@parley/contracts';
import { Outbox } from '@parley/platform';
import { AuthDatabase } from '../db/auth.database.js';
import { toUser } from './user-view.js';
import { UserRepository } from './user.repository.js';

/** How late a status may end that another process has set, should that one be gone (ms). */
const LOOK_MS = 30_000;
const BATCH = 100;

/** Takes statuses away when their time is over, so that everybody hears of it as of any other change. */
@Injectable()
export class StatusSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(StatusSweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Number.POSITIVE_INFINITY;
  private sweeping: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly database: AuthDatabase,
    private readonly users: UserRepository,
    private readonly outbox: Outbox,
  ) {}

  onApplicationBootstrap(): void {
    this.sweepAt(Date.now());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** A status that ends then (ms since 1970) was set here. */
  sweepAt(time: number): void {
    if (this.isStopping || time >= this.dueAt) return;
    clearTimeout(this.timer);
    this.dueAt = time;
    this.timer = setTimeout(() => void (this.sweeping = this.sweep()), Math.max(0, time - Date.now())).unref();
  }

  private async sweep(): Promise<void> {
    this.dueAt = Number.POSITIVE_INFINITY;
    let next: string | undefined;
    try {
      while ((await this.endSome()) === BATCH && !this.isStopping);
      next = await this.users.nextStatusEnd();
    } catch (error) {
      this.logger.warn(`statuses that are over could not be taken away: ${(error as Error).message}`);
    }
    const latest = Date.now() + LOOK_MS;
    this.sweepAt(next === undefined ? latest : Math.min(Math.max(Date.parse(next), Date.now() + 1), latest));
  }

  private async endSome(): Promise<number> {
    return this.database.transaction(async (transaction) => {
      const users = await this.users.lockEndedStatuses(transaction, new Date().toISOString(), BATCH);
      for (const user of users) {
        user.status = null;
        await this.users.save(transaction, user);
        await this.outbox.add(transaction, UserChanged, { user: toUser(user) });
      }
      return users.length;
    });
  }
}
