import { useEffect } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { sortedByActivity } from '../../state/conversations.js';
import { useStore } from '../common/use-store.js';
import { roomPath, type Router } from './router.js';

/**
 * With the list and a room side by side, the newest conversation opens by itself; on a phone the list is the start.
 * @param roomId undefined while the place for a room is empty, null where there is no such place
 */
export function useLandingRoom(client: ChatClient, router: Router, roomId: string | null | undefined): void {
  const { status } = useStore(client.listStatus);
  useEffect(() => {
    if (roomId !== undefined || status !== 'ready') return;
    const [newest] = sortedByActivity(client.conversations.store.get());
    if (newest) router.go(roomPath(newest.room.id), 'replace');
  }, [client, router, roomId, status]);
}
