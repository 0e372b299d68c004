import { Body, Controller, Delete, Get, HttpCode, Put, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { PushSubscriptionRequest, type PushKeyAnswer } from '@parley/contracts';
import { PushService } from '../push/push.service.js';

@Controller('api/chat/push')
@UseGuards(SessionGuard)
export class PushController {
  constructor(private readonly push: PushService) {}

  @Get('key')
  key(): PushKeyAnswer {
    return this.push.key();
  }

  @Put('subscription')
  @HttpCode(204)
  subscribe(
    @CurrentCaller() { userId, sessionId }: Caller,
    @Body({ schema: PushSubscriptionRequest }) request: PushSubscriptionRequest,
  ): Promise<void> {
    return this.push.subscribe(sessionId, userId, request);
  }

  @Delete('subscription')
  @HttpCode(204)
  unsubscribe(@CurrentCaller() { sessionId }: Caller): Promise<void> {
    return this.push.unsubscribe(sessionId);
  }
}
