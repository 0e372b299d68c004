import { useEffect } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { sortedByActivity } from '../../state/conversations.js';
import { useStore } from '../common/use-store.js';
import { roomPath, type Router } from './router.js';

/** Wide enough for the list and a room beside each other; the same in `chat.css`. */
const TWO_COLUMNS = '(min-width: 48rem)';

/** With room for both, the newest conversation opens by itself; on a phone the list is the start. */
export function useLandingRoom(client: ChatClient, router: Router, roomId: string | undefined): void {
  const { status } = useStore(client.listStatus);
  useEffect(() => {
    if (roomId !== undefined || status !== 'ready' || !matchMedia(TWO_COLUMNS).matches) return;
    const [newest] = sortedByActivity(client.conversations.store.get());
    if (newest) router.go(roomPath(newest.room.id), 'replace');
  }, [client, router, roomId, status]);
}
