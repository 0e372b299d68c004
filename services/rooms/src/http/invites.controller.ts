import { Body, Controller, Delete, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { CreateInviteRequest, InviteParams, RoomParams, type Invite, type InvitesAnswer } from '@parley/contracts';
import type { z } from 'zod';
import { InviteService } from '../invites/invite.service.js';

type RoomParams = z.output<typeof RoomParams>;

@Controller('api/chat/rooms/:id/invites')
@UseGuards(SessionGuard)
export class InvitesController {
  constructor(private readonly invites: InviteService) {}

  @Post()
  create(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: RoomParams }) { id }: RoomParams,
    @Body({ schema: CreateInviteRequest }) request: CreateInviteRequest,
  ): Promise<Invite> {
    return this.invites.create(userId, id, request);
  }

  @Get()
  list(@CurrentCaller() { userId }: Caller, @Param({ schema: RoomParams }) { id }: RoomParams): Promise<InvitesAnswer> {
    return this.invites.list(userId, id);
  }

  @Delete(':code')
  @HttpCode(204)
  revoke(@CurrentCaller() { userId }: Caller, @Param({ schema: InviteParams }) { id, code }: z.output<typeof InviteParams>): Promise<void> {
    return this.invites.revoke(userId, id, code);
  }
}
