import { ParleyError } from '@parley/contracts';
import type { RateLimiter } from '@parley/platform';
import type { MessageHistory } from '../messages/message-history.js';
import type { RoomFacts } from './room-access.js';
import { slowModeOf } from './room-rules.js';

/** One message per person and turn in rooms that are slowed down, over all gateways. */
export class SlowMode {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly history: MessageHistory,
  ) {}

  /** Throws RATE_LIMITED with the rest of the turn. The repeat of a message that is stored takes no turn. */
  async take(facts: RoomFacts, senderId: string, messageId: string): Promise<void> {
    const seconds = slowModeOf(facts);
    if (seconds === 0) return;
    const rule = { name: 'slow-mode', perSecond: 1 / seconds, burst: 1, isScaled: false };
    const verdict = await this.limiter.take(rule, `${facts.roomId}:${senderId}`);
    if (verdict.allowed || (await this.history.findMessage(facts.roomId, messageId))) return;
    throw new ParleyError('RATE_LIMITED', { detail: 'This room is in slow mode.', retryAfterMs: verdict.retryAfterMs });
  }
}
