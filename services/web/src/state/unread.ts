import type { Conversation, Message } from '@parley/contracts';
import type { ChatClient } from './chat-client.js';

/** Everything up to `seq` counts as read, seen or not. */
export async function markRead(client: ChatClient, roomId: string, seq: number): Promise<void> {
  await client.connection.request('room:read', { roomId, seq });
  client.conversations.markRead(roomId, seq);
}

/** Unread from this message on, until the room is opened again. The counts come from the server, as for all devices. */
export async function markUnread(client: ChatClient, { roomId, seq }: Message): Promise<void> {
  client.readMarker.hold(roomId);
  try {
    await client.api.call('PUT /api/chat/rooms/{id}/read', { params: { id: roomId }, body: { seq, unread: true } });
  } catch (error) {
    client.readMarker.release(roomId);
    throw error;
  }
}

/** How far back a message of somebody else is looked for. */
const LOOKED_AT = 50;

/** The same from the newest message that somebody else wrote; false when there is none near the end. */
export async function markUnreadFromNewest(client: ChatClient, { room, head }: Conversation): Promise<boolean> {
  const { messages } = await client.api.history(room.id, { before: head + 1 }, LOOKED_AT);
  const newest = messages.findLast(({ kind, sender, deletedAt }) => kind === 'user' && sender?.id !== client.me.id && deletedAt === null);
  if (newest) await markUnread(client, newest);
  return newest !== undefined;
}
