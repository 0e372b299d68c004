import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { SessionRepository } from './session.repository.js';

const SWEEP_MS = 3_600_000;

/** Removes what is left of sessions a day after their end. */
@Injectable()
export class SessionSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SessionSweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(private readonly sessions: SessionRepository) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void (this.sweeping = this.sweep()), SWEEP_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  private async sweep(): Promise<void> {
    try {
      const count = await this.sessions.sweep();
      if (count > 0) this.logger.debug(`${count} old sessions removed`);
    } catch (error) {
      this.logger.warn(`old sessions could not be removed: ${(error as Error).message}`);
    }
  }
}
