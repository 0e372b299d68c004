import { Body, Controller, Param, Put, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { RoomParams, SetFavouriteRequest, type Favourite } from '@parley/contracts';
import type { z } from 'zod';
import { FavouriteService } from '../conversations/favourite.service.js';

@Controller('api/chat/rooms/:id/favourite')
@UseGuards(SessionGuard)
export class FavouritesController {
  constructor(private readonly favourites: FavouriteService) {}

  @Put()
  set(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: RoomParams }) { id }: z.output<typeof RoomParams>,
    @Body({ schema: SetFavouriteRequest }) { favourite }: SetFavouriteRequest,
  ): Promise<Favourite> {
    return this.favourites.set(userId, id, favourite);
  }
}
