import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { CurrentCaller, RoomAccess, SessionGuard, refusalOf, type Caller, type HistoryPosition } from '@parley/chat';
import { HistoryQuery, ParleyError, RoomParams, type HistoryAnswer } from '@parley/contracts';
import type { z } from 'zod';
import { HistoryService } from '../history/history.service.js';

@Controller('api/chat/rooms/:id/messages')
@UseGuards(SessionGuard)
export class HistoryController {
  constructor(
    private readonly rooms: RoomAccess,
    private readonly history: HistoryService,
  ) {}

  @Get()
  async list(
    @CurrentCaller() caller: Caller,
    @Param({ schema: RoomParams }) { id: roomId }: z.output<typeof RoomParams>,
    @Query({ schema: HistoryQuery }) query: HistoryQuery,
  ): Promise<HistoryAnswer> {
    const refusal = refusalOf('read', await this.rooms.findFacts(roomId, caller.userId));
    if (refusal) throw new ParleyError(refusal);
    return this.history.page(roomId, positionOf(query), query.limit);
  }
}

function positionOf({ before, after, around }: HistoryQuery): HistoryPosition {
  if (before !== undefined) return { before };
  if (after !== undefined) return { after };
  if (around !== undefined) return { around };
  return { newest: true };
}
