import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { TOPICS } from '@parley/contracts';
import { CommandRepository } from './command.repository.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** The log may bring a command again for as long as it keeps it, and a segment outlives its oldest record by a while. */
const KEEP_MS = TOPICS['chat.messages'].retentionMs + 7 * DAY_MS;
const EVERY_MS = 60 * 60 * 1000;
const AT_ONCE = 5_000;

/** Forgets what became of commands once the log cannot bring them again. */
@Injectable()
export class CommandSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(CommandSweeper.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly commands: CommandRepository) {}

  onApplicationBootstrap(): void {
    this.plan(EVERY_MS * Math.random());
  }

  beforeApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  private plan(waitMs: number): void {
    this.timer = setTimeout(() => void this.sweep(), waitMs);
    this.timer.unref();
  }

  private async sweep(): Promise<void> {
    let wasFull = false;
    try {
      wasFull = (await this.commands.deleteOlderThan(KEEP_MS, AT_ONCE)) === AT_ONCE;
    } catch (error) {
      this.logger.warn('old commands could not be forgotten; trying again later', error);
    }
    this.plan(wasFull ? 1_000 : EVERY_MS);
  }
}
