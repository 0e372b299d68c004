import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import {
  ChangeMemberRequest,
  ListQuery,
  MemberParams,
  MuteMemberRequest,
  RemoveMemberQuery,
  RoomParams,
  type MembersAnswer,
  type Room,
} from '@parley/contracts';
import type { z } from 'zod';
import { MemberAdminService } from '../members/member-admin.service.js';
import { MemberListService } from '../members/member-list.service.js';
import { MembershipService } from '../members/membership.service.js';

type RoomParams = z.output<typeof RoomParams>;
type MemberParams = z.output<typeof MemberParams>;

@Controller('api/chat/rooms/:id')
@UseGuards(SessionGuard)
export class MembersController {
  constructor(
    private readonly memberships: MembershipService,
    private readonly members: MemberListService,
    private readonly admin: MemberAdminService,
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

  @Put('members/:userId')
  @HttpCode(204)
  changeRole(
    @CurrentCaller() caller: Caller,
    @Param({ schema: MemberParams }) { id, userId }: MemberParams,
    @Body({ schema: ChangeMemberRequest }) { role }: ChangeMemberRequest,
  ): Promise<void> {
    return this.admin.changeRole(caller.userId, id, userId, role);
  }

  @Patch('members/:userId')
  @HttpCode(204)
  mute(
    @CurrentCaller() caller: Caller,
    @Param({ schema: MemberParams }) { id, userId }: MemberParams,
    @Body({ schema: MuteMemberRequest }) { mutedUntil }: MuteMemberRequest,
  ): Promise<void> {
    return this.admin.mute(caller.userId, id, userId, mutedUntil);
  }

  @Delete('members/:userId')
  @HttpCode(204)
  remove(
    @CurrentCaller() caller: Caller,
    @Param({ schema: MemberParams }) { id, userId }: MemberParams,
    @Query({ schema: RemoveMemberQuery }) { ban }: RemoveMemberQuery,
  ): Promise<void> {
    return ban === 'true' ? this.admin.ban(caller.userId, id, userId) : this.admin.remove(caller.userId, id, userId);
  }
}
