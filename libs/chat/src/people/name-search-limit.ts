import { ParleyError } from '@parley/contracts';
import type { RateLimiter, RateRule } from '@parley/platform';

/** Per user, over people, rooms and private chats together: more than fields for names ask while somebody types. */
const NAME_SEARCH_RATE: RateRule = { name: 'name-search', perSecond: 10, burst: 60 };

/** To look inside of names reads much of an index: throws RATE_LIMITED before anything is read. To page through everything costs little. */
export async function takeNameSearch(limiter: RateLimiter, userId: string, query: string | undefined): Promise<void> {
  if (query === undefined || query.trim() === '') return;
  const verdict = await limiter.take(NAME_SEARCH_RATE, userId);
  if (!verdict.allowed) throw new ParleyError('RATE_LIMITED', { retryAfterMs: verdict.retryAfterMs });
}
