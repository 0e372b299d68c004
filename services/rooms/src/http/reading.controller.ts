import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { UndoReadRequest, type MarkAllReadAnswer } from '@parley/contracts';
import { ReadAllService } from '../read-markers/read-all.service.js';

@Controller('api/chat/read')
@UseGuards(SessionGuard)
export class ReadingController {
  constructor(private readonly reading: ReadAllService) {}

  @Post()
  @HttpCode(200)
  async markAll(@CurrentCaller() { userId }: Caller): Promise<MarkAllReadAnswer> {
    return { rooms: await this.reading.markAll(userId) };
  }

  @Post('undo')
  @HttpCode(200)
  async undo(
    @CurrentCaller() { userId }: Caller,
    @Body({ schema: UndoReadRequest }) { rooms }: UndoReadRequest,
  ): Promise<MarkAllReadAnswer> {
    return { rooms: await this.reading.undo(userId, rooms) };
  }
}
