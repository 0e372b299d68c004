import { Inject, Injectable } from '@nestjs/common';
import { ParleyError, type PushKeyAnswer, type PushSubscriptionRequest } from '@parley/contracts';
import { RateLimiter, type RateRule } from '@parley/platform';
import type { ConfigOf } from '@parley/runtime';
import { pushConfig } from '../rooms.config.js';
import { isPossibleEndpoint } from './push-addresses.js';
import { PushDeviceRepository } from './push-device.repository.js';
import { isAgreeable } from './push-encryption.js';
import { VapidKeys } from './vapid-keys.js';

/** Per user; a browser says where it is once per start of a page. */
const SUBSCRIPTION_RATE: RateRule = { name: 'push-subscriptions', perSecond: 20 / 60, burst: 20 };

/** Which sessions want push messages, and where. */
@Injectable()
export class PushService {
  constructor(
    private readonly devices: PushDeviceRepository,
    private readonly keys: VapidKeys,
    private readonly limiter: RateLimiter,
    @Inject(pushConfig.token) private readonly config: ConfigOf<typeof pushConfig>,
  ) {}

  key(): PushKeyAnswer {
    return { publicKey: this.config.ENABLED ? this.keys.publicKey : null };
  }

  /** Throws NOT_FOUND where nothing is sent, VALIDATION_FAILED for addresses that no push service has, RATE_LIMITED. */
  async subscribe(sessionId: string, userId: string, request: PushSubscriptionRequest): Promise<void> {
    if (!this.config.ENABLED) throw new ParleyError('NOT_FOUND', { detail: 'This installation sends no push messages.' });
    const verdict = await this.limiter.take(SUBSCRIPTION_RATE, userId);
    if (!verdict.allowed) throw new ParleyError('RATE_LIMITED', { retryAfterMs: verdict.retryAfterMs });
    if (!this.config.PRIVATE_ADDRESSES && !isPossibleEndpoint(request.endpoint))
      throw new ParleyError('VALIDATION_FAILED', { detail: 'endpoint: must be the address of a push service' });
    if (!isAgreeable(request.keys.p256dh)) throw new ParleyError('VALIDATION_FAILED', { detail: 'keys.p256dh: must be a key of P-256' });
    await this.devices.put(sessionId, userId, request);
  }

  async unsubscribe(sessionId: string): Promise<void> {
    await this.devices.remove([sessionId]);
  }
}
