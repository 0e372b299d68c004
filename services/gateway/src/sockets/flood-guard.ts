import { Injectable } from '@nestjs/common';
import { RateLimiter } from '@parley/platform';
import { TokenBucket } from '../limits/token-bucket.js';
import { GatewayMetrics } from '../metrics/gateway-metrics.js';
import { cut, type EngineConnection } from './engine-connection.js';

/** Five times what a socket is allowed in events: who goes on in spite of refusals is not listened to any more. */
const PACKETS_PER_SECOND = 100;
const PACKETS_BURST = 300;

/** Cuts connections that send without end. Counts packets of every kind, before they are decoded. */
@Injectable()
export class FloodGuard {
  private readonly budgets = new WeakMap<EngineConnection, TokenBucket>();

  constructor(
    private readonly limiter: RateLimiter,
    private readonly metrics: GatewayMetrics,
  ) {}

  watch(conn: EngineConnection): void {
    const { factor } = this.limiter;
    if (factor === 0) return;
    this.budgets.set(conn, new TokenBucket(PACKETS_PER_SECOND * factor, Math.max(PACKETS_BURST * factor, 1), performance.now()));
    conn.on('packet', this.listener);
  }

  private readonly listener = ((guard: FloodGuard) =>
    function (this: EngineConnection): void {
      const budget = guard.budgets.get(this);
      if (!budget || budget.take(performance.now()) === 0 || this.readyState !== 'open') return;
      guard.metrics.cut('flood');
      cut(this);
    })(this);
}
