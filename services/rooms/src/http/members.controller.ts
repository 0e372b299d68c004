import { Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { ListQuery, RoomParams, type MembersAnswer, type Room } from '@parley/contracts';
import type { z } from 'zod';
import { MemberListService } from '../members/member-list.service.js';
import { MembershipService } from '../members/membership.service.js';

type RoomParams = z.output<typeof RoomParams>;

@Controller('api/chat/rooms/:id')
@UseGuards(SessionGuard)
export class MembersController {
  constructor(
    private readonly memberships: MembershipService,
    private readonly members: MemberListService,
  ) {}

  @Post('join')
  @HttpCode(200)
  join(@CurrentCaller() { userId }: Caller, @Param({ schema: RoomParams }) { id }: RoomParams): Promise<Room> {
    return this.memberships.join(userId, id);
  }

  @Post('leave')
  @HttpCode(204)
  leave(@CurrentCaller() { userId }: Caller, @Param({ schema: RoomParams }) { id }: RoomParams): Promise<void> {
    return this.memberships.leave(userId, id);
  }

  @Get('members')
  list(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: RoomParams }) { id }: RoomParams,
    @Query({ schema: ListQuery }) query: ListQuery,
  ): Promise<MembersAnswer> {
    return this.members.list(userId, id, query);
  }
}
