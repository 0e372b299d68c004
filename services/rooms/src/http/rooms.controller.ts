import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, takeNameSearch, type Caller } from '@parley/chat';
import { ChangeRoomRequest, CreateRoomRequest, ListRoomsQuery, RoomParams, type Room, type RoomsAnswer } from '@parley/contracts';
import { RateLimiter } from '@parley/platform';
import type { z } from 'zod';
import { RoomService } from '../rooms/room.service.js';
import { RoomSettingsService } from '../rooms/room-settings.service.js';

type RoomParams = z.output<typeof RoomParams>;

@Controller('api/chat/rooms')
@UseGuards(SessionGuard)
export class RoomsController {
  constructor(
    private readonly rooms: RoomService,
    private readonly settings: RoomSettingsService,
    private readonly limiter: RateLimiter,
  ) {}

  @Get()
  async list(@CurrentCaller() { userId }: Caller, @Query({ schema: ListRoomsQuery }) query: ListRoomsQuery): Promise<RoomsAnswer> {
    await takeNameSearch(this.limiter, userId, query.query);
    return this.rooms.list(userId, query);
  }

  @Post()
  create(@CurrentCaller() { userId }: Caller, @Body({ schema: CreateRoomRequest }) request: CreateRoomRequest): Promise<Room> {
    return this.rooms.create(userId, request);
  }

  @Get(':id')
  get(@CurrentCaller() { userId }: Caller, @Param({ schema: RoomParams }) { id }: RoomParams): Promise<Room> {
    return this.rooms.get(userId, id);
  }

  @Patch(':id')
  change(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: RoomParams }) { id }: RoomParams,
    @Body({ schema: ChangeRoomRequest }) request: ChangeRoomRequest,
  ): Promise<Room> {
    return this.settings.change(userId, id, request);
  }

  @Delete(':id')
  @HttpCode(204)
  archive(@CurrentCaller() { userId }: Caller, @Param({ schema: RoomParams }) { id }: RoomParams): Promise<void> {
    return this.settings.archive(userId, id);
  }
}
