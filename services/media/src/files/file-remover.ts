import { Inject, Injectable, Logger } from '@nestjs/common';
import { ObjectStore } from '@parley/platform';
import type { ConfigOf } from '@parley/runtime';
import { mediaConfig } from '../media.config.js';
import { fileKey, thumbnailKey } from './file-row.js';
import { SweepRepository } from './sweep.repository.js';

/** Takes the bytes of removed files away, then their rows: whatever fails on the way is done again by the next sweep. */
@Injectable()
export class FileRemover {
  private readonly logger = new Logger(FileRemover.name);

  constructor(
    @Inject(mediaConfig.token) private readonly config: ConfigOf<typeof mediaConfig>,
    private readonly sweeps: SweepRepository,
    private readonly store: ObjectStore,
  ) {}

  async erase(id: string): Promise<void> {
    await this.store.delete(fileKey(id));
    await this.store.delete(thumbnailKey(id));
    await this.sweeps.forget(id, this.config.PENDING_MS);
  }

  /** As `erase`, for callers who have nobody to tell. */
  async eraseQuietly(id: string): Promise<void> {
    await this.erase(id).catch((error: unknown) => {
      this.logger.warn({ message: 'the bytes of a file could not be removed; the sweeper will', error });
    });
  }

  /** All that are removed. Stops at the first failure. Answers how many. */
  async eraseRemoved(): Promise<number> {
    let count = 0;
    for (;;) {
      const ids = await this.sweeps.listRemoved(this.config.PENDING_MS);
      for (const id of ids) await this.erase(id);
      count += ids.length;
      if (ids.length === 0) return count;
    }
  }
}
