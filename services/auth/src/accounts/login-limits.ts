import { isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { ParleyError } from '@parley/contracts';
import { RateLimiter, type RateRule } from '@parley/platform';

const perMinute = (name: string, count: number): RateRule => ({ name, perSecond: count / 60, burst: count });
const LOGINS_OF_ACCOUNT = perMinute('login-account', 5);
const LOGINS_OF_ADDRESS = perMinute('login-address', 30);
const REGISTRATIONS = perMinute('register-address', 30);
const PASSWORD_CHANGES = perMinute('password-change', 5);

/**
 * How often passwords may be tried. An account is limited per address only, so nobody can lock another person out.
 * Taken before anything is hashed. All throw RATE_LIMITED.
 */
@Injectable()
export class LoginLimits {
  constructor(private readonly limiter: RateLimiter) {}

  async takeLogin(usernameKey: string, address: string): Promise<void> {
    await this.take(LOGINS_OF_ADDRESS, networkOf(address));
    await this.take(LOGINS_OF_ACCOUNT, `${usernameKey} ${networkOf(address)}`);
  }

  async takeRegistration(address: string): Promise<void> {
    await this.take(REGISTRATIONS, networkOf(address));
  }

  async takePasswordChange(userId: string): Promise<void> {
    await this.take(PASSWORD_CHANGES, userId);
  }

  private async take(rule: RateRule, key: string): Promise<void> {
    const verdict = await this.limiter.take(rule, key);
    if (!verdict.allowed) throw new ParleyError('RATE_LIMITED', { retryAfterMs: verdict.retryAfterMs });
  }
}

/** IPv4 whole; of IPv6 the first 64 bits, which are what one subscriber gets to choose addresses from. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(?<v4>\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.groups?.['v4'];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
