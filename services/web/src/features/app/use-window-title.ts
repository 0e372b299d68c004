import { useEffect } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { titleOf, type Unread } from '../../state/conversations.js';
import { useStore } from '../common/use-store.js';

/** "(3) general · Parley": three are for the reader; "• general · Parley": something was written. */
export function useWindowTitle(client: ChatClient, roomId: string | undefined, { forMe, isMore }: Unread): void {
  useStore(client.knownRooms.store);
  const room = roomId === undefined ? undefined : client.findRoom(roomId);
  const name = room ? `${titleOf(room)} · ` : '';
  const mark = forMe > 0 ? `(${forMe > 99 ? '99+' : forMe}) ` : isMore ? '• ' : '';
  const title = `${mark}${name}Parley`;
  useEffect(() => {
    document.title = title;
    return () => {
      document.title = 'Parley';
    };
  }, [title]);
}
