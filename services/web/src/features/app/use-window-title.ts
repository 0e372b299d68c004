import { useEffect } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { titleOf } from '../../state/conversations.js';
import { useStore } from '../common/use-store.js';

/** "(3) general · Parley" */
export function useWindowTitle(client: ChatClient, roomId: string | undefined, unread: number): void {
  useStore(client.knownRooms.store);
  const room = roomId === undefined ? undefined : client.findRoom(roomId);
  const name = room ? `${titleOf(room)} · ` : '';
  const title = `${unread > 0 ? `(${unread > 99 ? '99+' : unread}) ` : ''}${name}Parley`;
  useEffect(() => {
    document.title = title;
    return () => {
      document.title = 'Parley';
    };
  }, [title]);
}
