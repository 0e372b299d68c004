import type { SetNotificationsRequest } from '@parley/contracts';
import type { z } from 'zod';
import { RoomApi } from '../net/room-api.js';
import type { ChatClient } from './chat-client.js';

/** Keeps a conversation at the top of the list, on all devices, or no longer. */
export async function setFavourite(client: ChatClient, roomId: string, favourite: boolean): Promise<void> {
  await client.api.call('PUT /api/chat/rooms/{id}/favourite', { params: { id: roomId }, body: { favourite } });
  client.conversations.applyFavourite({ roomId, favourite });
}

/** What this person wants to be told of a conversation, on all devices. Without `mutedUntil` it is no longer muted. */
export async function setNotifications(client: ChatClient, roomId: string, wish: z.input<typeof SetNotificationsRequest>): Promise<void> {
  client.conversations.applyNotifications(roomId, await new RoomApi(client.api, roomId).notifications(wish));
}
