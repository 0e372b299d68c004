import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { ParleyError, SearchQuery, type SearchAnswer } from '@parley/contracts';
import { RateLimiter, type RateRule } from '@parley/platform';
import { SearchService } from '../search/search.service.js';

/** Per user (`docs/api` §1). */
const SEARCH_RATE: RateRule = { name: 'search', perSecond: 2, burst: 20 };

@Controller('api/search')
@UseGuards(SessionGuard)
export class SearchController {
  constructor(
    private readonly searches: SearchService,
    private readonly limiter: RateLimiter,
  ) {}

  @Get()
  async search(@CurrentCaller() caller: Caller, @Query({ schema: SearchQuery }) query: SearchQuery): Promise<SearchAnswer> {
    const verdict = await this.limiter.take(SEARCH_RATE, caller.userId);
    if (!verdict.allowed) throw new ParleyError('RATE_LIMITED', { retryAfterMs: verdict.retryAfterMs });
    return this.searches.search(caller.userId, query);
  }
}
