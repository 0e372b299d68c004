import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { ParleyError, UndoReadRequest, type MarkAllReadAnswer } from '@parley/contracts';
import { RateLimiter, type RateRule } from '@parley/platform';
import { ReadAllService } from '../read-markers/read-all.service.js';

/** Per user. Each call may move hundreds of markers, and to take that back counts messages in each of their rooms. */
const READ_ALL_RATE: RateRule = { name: 'read-all', perSecond: 0.2, burst: 10 };

@Controller('api/chat/read')
@UseGuards(SessionGuard)
export class ReadingController {
  constructor(
    private readonly reading: ReadAllService,
    private readonly limiter: RateLimiter,
  ) {}

  @Post()
  @HttpCode(200)
  async markAll(@CurrentCaller() { userId }: Caller): Promise<MarkAllReadAnswer> {
    await this.takeBudget(userId);
    return { rooms: await this.reading.markAll(userId) };
  }

  @Post('undo')
  @HttpCode(200)
  async undo(
    @CurrentCaller() { userId }: Caller,
    @Body({ schema: UndoReadRequest }) { rooms }: UndoReadRequest,
  ): Promise<MarkAllReadAnswer> {
    await this.takeBudget(userId);
    return { rooms: await this.reading.undo(userId, rooms) };
  }

  private async takeBudget(userId: string): Promise<void> {
    const verdict = await this.limiter.take(READ_ALL_RATE, userId);
    if (!verdict.allowed) throw new ParleyError('RATE_LIMITED', { retryAfterMs: verdict.retryAfterMs });
  }
}
