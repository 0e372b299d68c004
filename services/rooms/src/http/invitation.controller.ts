import { Controller, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { InviteCodeParams, type Room } from '@parley/contracts';
import type { z } from 'zod';
import { InviteService } from '../invites/invite.service.js';

/** For who has the code and knows nothing else of the room. */
@Controller('api/invites/:code')
@UseGuards(SessionGuard)
export class InvitationController {
  constructor(private readonly invites: InviteService) {}

  @Post()
  @HttpCode(200)
  accept(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: InviteCodeParams }) { code }: z.output<typeof InviteCodeParams>,
  ): Promise<Room> {
    return this.invites.accept(userId, code);
  }
}
