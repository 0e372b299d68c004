import { Controller, Delete, Get, HttpCode, Param, Query, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { ListQuery, MemberParams, RoomParams, type BansAnswer } from '@parley/contracts';
import type { z } from 'zod';
import { BanService } from '../bans/ban.service.js';

@Controller('api/chat/rooms/:id/bans')
@UseGuards(SessionGuard)
export class BansController {
  constructor(private readonly bans: BanService) {}

  @Get()
  list(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: RoomParams }) { id }: z.output<typeof RoomParams>,
    @Query({ schema: ListQuery }) query: ListQuery,
  ): Promise<BansAnswer> {
    return this.bans.list(userId, id, query);
  }

  @Delete(':userId')
  @HttpCode(204)
  lift(@CurrentCaller() caller: Caller, @Param({ schema: MemberParams }) { id, userId }: z.output<typeof MemberParams>): Promise<void> {
    return this.bans.lift(caller.userId, id, userId);
  }
}
