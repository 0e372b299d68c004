import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { RoomParams, UnreadQuery, type UnreadAnswer } from '@parley/contracts';
import type { z } from 'zod';
import { UnreadListService } from '../read-markers/unread-list.service.js';

@Controller('api/chat/rooms/:id/unread')
@UseGuards(SessionGuard)
export class UnreadController {
  constructor(private readonly unread: UnreadListService) {}

  @Get()
  list(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: RoomParams }) { id }: z.output<typeof RoomParams>,
    @Query({ schema: UnreadQuery }) query: UnreadQuery,
  ): Promise<UnreadAnswer> {
    return this.unread.list(userId, id, query);
  }
}
