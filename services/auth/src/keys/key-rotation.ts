import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { ConfigOf } from '@parley/runtime';
import { authConfig } from '../auth.config.js';
import { SigningKeys } from './signing-keys.service.js';

const LOOK_MS = 3_600_000;
const DAY_MS = 24 * LOOK_MS;

/** Brings in a new signing key when the newest has reached its age. Any number of processes may look at once. */
@Injectable()
export class KeyRotation implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(KeyRotation.name);
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly keys: SigningKeys,
    @Inject(authConfig.token) private readonly config: ConfigOf<typeof authConfig>,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.KEY_DAYS === 0) return;
    const look = () => void (this.looking = this.look());
    look();
    this.timer = setInterval(look, LOOK_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    try {
      const newest = (await this.keys.list()).at(-1);
      if (newest && Date.now() - newest.signsFrom.getTime() < this.config.KEY_DAYS * DAY_MS) return;
      await this.keys.rotate();
      this.logger.log('there is a new signing key; it signs in a quarter of an hour');
    } catch (error) {
      this.logger.warn(`signing keys could not be looked at: ${(error as Error).message}`);
    }
  }
}
