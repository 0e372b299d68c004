import { Body, Controller, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { CurrentCaller, MESSAGE_RATE, MessagePoster, SessionGuard, type Caller } from '@parley/chat';
import { ParleyError, PostMessageQuery, PostMessageRequest, RoomParams, type Message, type PostedAnswer } from '@parley/contracts';
import { RateLimiter } from '@parley/platform';
import type { Response } from 'express';
import type { z } from 'zod';
import { StoredMessages } from '../storing/stored-messages.service.js';

@Controller('api/chat/rooms/:id/messages')
@UseGuards(SessionGuard)
export class PostingController {
  constructor(
    private readonly poster: MessagePoster,
    private readonly stored: StoredMessages,
    private readonly limiter: RateLimiter,
  ) {}

  @Post()
  async post(
    @CurrentCaller() caller: Caller,
    @Param({ schema: RoomParams }) { id: roomId }: z.output<typeof RoomParams>,
    @Query({ schema: PostMessageQuery }) query: PostMessageQuery,
    @Body({ schema: PostMessageRequest }) body: PostMessageRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PostedAnswer | Message> {
    const verdict = await this.limiter.take(MESSAGE_RATE, caller.userId);
    if (!verdict.allowed) throw new ParleyError('RATE_LIMITED', { retryAfterMs: verdict.retryAfterMs });
    const posted = await this.poster.post({ senderId: caller.userId, roomId, ...body });
    const message = query.wait === 'stored' ? await this.stored.wait(roomId, posted.messageId) : undefined;
    response.status(message ? 201 : 202);
    return message ?? posted;
  }
}
