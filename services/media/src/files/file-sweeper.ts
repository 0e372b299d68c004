import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { ConfigOf } from '@parley/runtime';
import { mediaConfig } from '../media.config.js';
import { FileRemover } from './file-remover.js';
import { SweepRepository } from './sweep.repository.js';
import { UseRegister } from './use-register.js';

/** Removes what nobody has used and what crashes left behind. Several processes may sweep at once. */
@Injectable()
export class FileSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(FileSweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;

  constructor(
    @Inject(mediaConfig.token) private readonly config: ConfigOf<typeof mediaConfig>,
    private readonly sweeps: SweepRepository,
    private readonly remover: FileRemover,
    private readonly uses: UseRegister,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweeping ??= this.sweepQuietly().finally(() => (this.sweeping = undefined));
    }, this.config.SWEEP_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  async sweep(): Promise<void> {
    await this.releaseUnsent();
    await this.sweeps.removeOld({ pendingMs: this.config.PENDING_MS, unusedMs: this.config.UNUSED_MS });
    const count = await this.remover.eraseRemoved();
    if (count > 0) this.logger.debug(`${count} files removed`);
  }

  /**
   * Files that were set aside for a message which never came. Only when everything that stands in the log was seen: an accepted
   * message that is still waiting there must find its files.
   */
  private async releaseUnsent(): Promise<void> {
    const before = new Date((await this.sweeps.now()).getTime() - this.config.RESERVED_MS);
    if (!(await this.sweeps.hasUnconfirmed(before))) return;
    if (!(await this.uses.haveSeenAll())) return;
    const count = await this.sweeps.release(before);
    if (count > 0) this.logger.log(`${count} files are free again: the messages they were set aside for never came`);
  }

  private async sweepQuietly(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.logger.warn({ message: 'leftover files could not be removed; the next try follows', error });
    }
  }
}
