import { Body, Controller, Get, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { ListDirectQuery, OpenDirectRequest, type DirectAnswer, type Room } from '@parley/contracts';
import { DirectListService } from '../direct/direct-list.service.js';
import { DirectService } from '../direct/direct.service.js';

@Controller('api/chat/direct')
@UseGuards(SessionGuard)
export class DirectController {
  constructor(
    private readonly directs: DirectService,
    private readonly lists: DirectListService,
  ) {}

  @Post()
  @HttpCode(200)
  open(@CurrentCaller() { userId }: Caller, @Body({ schema: OpenDirectRequest }) request: OpenDirectRequest): Promise<Room> {
    return this.directs.open(userId, request.userId);
  }

  @Get()
  list(@CurrentCaller() { userId }: Caller, @Query({ schema: ListDirectQuery }) query: ListDirectQuery): Promise<DirectAnswer> {
    return this.lists.list(userId, query);
  }
}
