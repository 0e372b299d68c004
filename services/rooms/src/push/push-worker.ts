import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { ConfigOf } from '@parley/runtime';
import { pushConfig } from '../rooms.config.js';
import { PushDelivery } from './push-delivery.js';
import { PushDeviceRepository, type PushDevice } from './push-device.repository.js';
import { PushShownRepository } from './push-shown.repository.js';

const LOOK_MS = 1_000;
/** Looks between two questions after what was read elsewhere. */
const LOOKS_PER_READ = 3;
const LOOKS_PER_SWEEP = 3_600;
/** Devices that one process serves at a time: a push service that hangs holds up no more than these. */
const DEVICES_MAX = 32;
/** Longer than serving a device takes; then another process may try. */
const LEASE_MS = 60_000;

/** Serves the devices for which something waits. Any number of processes may; a device is served by one at a time. */
@Injectable()
export class PushWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PushWorker.name);
  private readonly serving = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private looks = 0;

  constructor(
    private readonly devices: PushDeviceRepository,
    private readonly shown: PushShownRepository,
    private readonly delivery: PushDelivery,
    @Inject(pushConfig.token) private readonly config: ConfigOf<typeof pushConfig>,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.ENABLED) return;
    this.timer = setInterval(() => {
      this.looking ??= this.look().finally(() => (this.looking = undefined));
    }, LOOK_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
    await Promise.all(this.serving);
  }

  private async look(): Promise<void> {
    try {
      this.looks += 1;
      if (this.looks % LOOKS_PER_READ === 0) await this.shown.wakeOutdated();
      if (this.looks % LOOKS_PER_SWEEP === 0) await Promise.all([this.devices.removeForgotten(), this.shown.removeForgotten()]);
      if (this.serving.size >= DEVICES_MAX) return;
      for (const device of await this.devices.claim(DEVICES_MAX - this.serving.size, LEASE_MS)) {
        const work = this.serve(device).finally(() => this.serving.delete(work));
        this.serving.add(work);
      }
    } catch (error) {
      this.logger.warn(`devices could not be looked for: ${(error as Error).message}`);
    }
  }

  /** What fails is tried again when the lease has ended. */
  private async serve(device: PushDevice): Promise<void> {
    try {
      await this.delivery.serve(device);
    } catch (error) {
      this.logger.warn(`a device could not be told: ${(error as Error).message}`);
    }
  }
}
