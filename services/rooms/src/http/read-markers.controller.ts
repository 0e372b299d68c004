import { Body, Controller, Param, Put, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { MarkReadRequest, RoomParams, type MarkReadAnswer } from '@parley/contracts';
import type { z } from 'zod';
import { ReadMarkerService } from '../read-markers/read-marker.service.js';

@Controller('api/chat/rooms/:id/read')
@UseGuards(SessionGuard)
export class ReadMarkersController {
  constructor(private readonly markers: ReadMarkerService) {}

  @Put()
  async mark(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: RoomParams }) { id }: z.output<typeof RoomParams>,
    @Body({ schema: MarkReadRequest }) { seq, unread }: MarkReadRequest,
  ): Promise<MarkReadAnswer> {
    return { readSeq: unread ? await this.markers.markUnread(id, userId, seq) : await this.markers.markRead(id, userId, seq) };
  }
}
