import { Body, Controller, Get, Param, Put, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { ParleyError, RoomParams, SetDraftRequest, type Draft, type DraftsAnswer } from '@parley/contracts';
import { RateLimiter, type RateRule } from '@parley/platform';
import type { z } from 'zod';
import { DraftService } from '../drafts/draft.service.js';

/** Per user. Clients wait for a pause in the typing. */
const DRAFT_RATE: RateRule = { name: 'drafts', perSecond: 2, burst: 40 };

@Controller('api/chat')
@UseGuards(SessionGuard)
export class DraftsController {
  constructor(
    private readonly drafts: DraftService,
    private readonly limiter: RateLimiter,
  ) {}

  @Get('drafts')
  async list(@CurrentCaller() { userId }: Caller): Promise<DraftsAnswer> {
    return { drafts: await this.drafts.list(userId) };
  }

  @Put('rooms/:id/draft')
  async set(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: RoomParams }) { id }: z.output<typeof RoomParams>,
    @Body({ schema: SetDraftRequest }) request: SetDraftRequest,
  ): Promise<Draft> {
    const verdict = await this.limiter.take(DRAFT_RATE, userId);
    if (!verdict.allowed) throw new ParleyError('RATE_LIMITED', { retryAfterMs: verdict.retryAfterMs });
    return this.drafts.set(userId, id, request);
  }
}
