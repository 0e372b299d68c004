import { Body, Controller, Get, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, takeNameSearch, type Caller } from '@parley/chat';
import { ListDirectQuery, OpenDirectRequest, type DirectAnswer, type Room } from '@parley/contracts';
import { RateLimiter } from '@parley/platform';
import { DirectListService } from '../direct/direct-list.service.js';
import { DirectService } from '../direct/direct.service.js';

@Controller('api/chat/direct')
@UseGuards(SessionGuard)
export class DirectController {
  constructor(
    private readonly directs: DirectService,
    private readonly lists: DirectListService,
    private readonly limiter: RateLimiter,
  ) {}

  @Post()
  @HttpCode(200)
  open(@CurrentCaller() { userId }: Caller, @Body({ schema: OpenDirectRequest }) request: OpenDirectRequest): Promise<Room> {
    return this.directs.open(userId, request.userId);
  }

  @Get()
  async list(@CurrentCaller() { userId }: Caller, @Query({ schema: ListDirectQuery }) query: ListDirectQuery): Promise<DirectAnswer> {
    await takeNameSearch(this.limiter, userId, query.query);
    return this.lists.list(userId, query);
  }
}
