import { Body, Controller, Param, Put, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { RoomParams, SetNotificationsRequest, type Notifications } from '@parley/contracts';
import type { z } from 'zod';
import { NotificationService } from '../notifications/notification.service.js';

@Controller('api/chat/rooms/:id/notifications')
@UseGuards(SessionGuard)
export class NotificationsController {
  constructor(private readonly notifications: NotificationService) {}

  @Put()
  set(
    @CurrentCaller() { userId }: Caller,
    @Param({ schema: RoomParams }) { id }: z.output<typeof RoomParams>,
    @Body({ schema: SetNotificationsRequest }) request: SetNotificationsRequest,
  ): Promise<Notifications> {
    return this.notifications.set(userId, id, request);
  }
}
