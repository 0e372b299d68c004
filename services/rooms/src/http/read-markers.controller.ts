import { Body, Controller, Param, Put, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { MarkReadRequest, ParleyError, RoomParams, type MarkReadAnswer } from '@parley/contracts';
import { RateLimiter, type RateRule } from '@parley/platform';
import type { z } from 'zod';
import { ReadMarkerService } from '../read-markers/read-marker.service.js';

/** Per user, as other events are for a socket. */
const MARK_RATE: RateRule = { name: 'marks', perSecond: 20, burst: 60 };

@Controller('api/chat/rooms/:id/read')
@UseGuards(SessionGuard)
export class ReadMarkersController {
  constructor(
    private readonly markers: ReadMarkerService,
    private readonly limiter: RateLimiter,
  ) {}

  @Put()
  async mark(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: RoomParams }) { id }: z.output<typeof RoomParams>,
    @Body({ schema: MarkReadRequest }) { seq, unread }: MarkReadRequest,
  ): Promise<MarkReadAnswer> {
    const verdict = await this.limiter.take(MARK_RATE, userId);
    if (!verdict.allowed) throw new ParleyError('RATE_LIMITED', { retryAfterMs: verdict.retryAfterMs });
    return { readSeq: unread ? await this.markers.markUnread(id, userId, seq) : await this.markers.markRead(id, userId, seq) };
  }
}
