import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Put, UseGuards } from '@nestjs/common';
import { CHANGE_RATE, CurrentCaller, MessageChanger, RoomAccess, SessionGuard, assertAllowed, type Caller } from '@parley/chat';
import { EditMessageRequest, MessageParams, ParleyError, ReactionParams, type Message, type RevisionsAnswer } from '@parley/contracts';
import { RateLimiter } from '@parley/platform';
import type { z } from 'zod';
import { HistoryService } from '../history/history.service.js';

type MessageAddress = z.output<typeof MessageParams>;
type ReactionAddress = z.output<typeof ReactionParams>;

@Controller('api/chat/rooms/:id/messages/:messageId')
@UseGuards(SessionGuard)
export class ChangingController {
  constructor(
    private readonly changer: MessageChanger,
    private readonly rooms: RoomAccess,
    private readonly history: HistoryService,
    private readonly limiter: RateLimiter,
  ) {}

  @Patch()
  async edit(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: MessageParams }) { id: roomId, messageId }: MessageAddress,
    @Body({ schema: EditMessageRequest }) { text }: EditMessageRequest,
  ): Promise<Message> {
    await this.takeBudget(userId);
    await this.changer.edit(userId, { roomId, messageId, text });
    return this.get(roomId, messageId);
  }

  @Delete()
  async delete(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: MessageParams }) { id: roomId, messageId }: MessageAddress,
  ): Promise<Message> {
    await this.takeBudget(userId);
    await this.changer.delete(userId, { roomId, messageId });
    return this.get(roomId, messageId);
  }

  @Put('reactions/:emoji')
  @HttpCode(204)
  async react(@CurrentCaller() { userId }: Caller, @Param({ schema: ReactionParams }) address: ReactionAddress): Promise<void> {
    await this.setReaction(userId, address, true);
  }

  @Delete('reactions/:emoji')
  @HttpCode(204)
  async takeBack(@CurrentCaller() { userId }: Caller, @Param({ schema: ReactionParams }) address: ReactionAddress): Promise<void> {
    await this.setReaction(userId, address, false);
  }

  @Get('revisions')
  async listRevisions(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: MessageParams }) { id: roomId, messageId }: MessageAddress,
  ): Promise<RevisionsAnswer> {
    assertAllowed('read', await this.rooms.findFacts(roomId, userId));
    return { revisions: await this.history.listRevisions(roomId, messageId) };
  }

  private async setReaction(userId: string, { id: roomId, messageId, emoji }: ReactionAddress, on: boolean): Promise<void> {
    await this.takeBudget(userId);
    await this.changer.react(userId, { roomId, messageId, emoji, on });
  }

  private async takeBudget(userId: string): Promise<void> {
    const verdict = await this.limiter.take(CHANGE_RATE, userId);
    if (!verdict.allowed) throw new ParleyError('RATE_LIMITED', { retryAfterMs: verdict.retryAfterMs });
  }

  private async get(roomId: string, messageId: string): Promise<Message> {
    const message = await this.history.findMessage(roomId, messageId);
    if (!message) throw new ParleyError('MESSAGE_NOT_FOUND');
    return message;
  }
}
