import { Inject, Injectable } from '@nestjs/common';
import { ParleyError } from '@parley/contracts';
import { Occupancy, RateLimiter } from '@parley/platform';
import type { ConfigOf } from '@parley/runtime';
import { gatewayConfig } from '../gateway.config.js';
import type { EngineConnection } from '../sockets/engine-connection.js';

/** When somebody with too many sockets tries again (ms). */
const RETRY_MS = 10_000;

/** How many connections an account and an address may have, over all gateways. */
@Injectable()
export class ConnectionPlaces {
  private readonly perUser: number;
  private readonly perAddress: number;

  constructor(
    @Inject(gatewayConfig.token) config: ConfigOf<typeof gatewayConfig>,
    private readonly occupancy: Occupancy,
    limiter: RateLimiter,
  ) {
    const { factor } = limiter;
    this.perUser = factor === 0 ? Infinity : Math.ceil(config.SOCKETS_PER_USER * factor);
    this.perAddress = factor === 0 ? Infinity : Math.ceil(config.SOCKETS_PER_ADDRESS * factor);
  }

  /** For as long as the connection is open. Throws RATE_LIMITED. */
  async take(conn: EngineConnection, userId: string, address: string): Promise<void> {
    await this.enter(conn, `address:${address}`, this.perAddress, 'Too many connections from this address.');
    await this.enter(conn, `user:${userId}`, this.perUser, 'Too many connections of this account.');
  }

  private async enter(conn: EngineConnection, key: string, limit: number, detail: string): Promise<void> {
    if (limit === Infinity) return;
    if (!(await this.occupancy.enter(key, limit))) throw new ParleyError('RATE_LIMITED', { detail, retryAfterMs: RETRY_MS });
    if (conn.readyState === 'closed') this.occupancy.leave(key);
    else conn.once('close', () => this.occupancy.leave(key));
  }
}
