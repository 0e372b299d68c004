import { Body, Controller, Get, Param, Post, Query, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { CreateRoomRequest, ListRoomsQuery, RoomParams, type Room, type RoomsAnswer } from '@parley/contracts';
import type { z } from 'zod';
import { RoomService } from '../rooms/room.service.js';

@Controller('api/chat/rooms')
@UseGuards(SessionGuard)
export class RoomsController {
  constructor(private readonly rooms: RoomService) {}

  @Get()
  list(@CurrentCaller() { userId }: Caller, @Query({ schema: ListRoomsQuery }) query: ListRoomsQuery): Promise<RoomsAnswer> {
    return this.rooms.list(userId, query);
  }

  @Post()
  create(@CurrentCaller() { userId }: Caller, @Body({ schema: CreateRoomRequest }) request: CreateRoomRequest): Promise<Room> {
    return this.rooms.create(userId, request);
  }

  @Get(':id')
  get(@CurrentCaller() { userId }: Caller, @Param({ schema: RoomParams }) { id }: z.output<typeof RoomParams>): Promise<Room> {
    return this.rooms.get(userId, id);
  }
}
