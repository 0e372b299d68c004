import type { Room } from '@parley/contracts';
import { useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { roomPath, type Router } from '../app/router.js';
import { Dialog } from '../common/Dialog.js';
import { useStore } from '../common/use-store.js';
import { errorText } from '../../texts/error-text.js';
import { RoomBadge } from './RoomBadge.js';
import { SearchList } from './SearchList.js';
import { usePagedSearch } from './use-paged-search.js';

/** Public rooms, to look into and to join. */
export function BrowseRoomsDialog({ client, router, onClose }: { client: ChatClient; router: Router; onClose: () => void }) {
  const search = usePagedSearch(async (query, cursor, signal) => {
    const { rooms, nextCursor } = await client.api.rooms(query, cursor, signal);
    return { items: rooms, nextCursor };
  });
  const joined = useStore(client.conversations.store);
  const [error, setError] = useState<string>();

  const open = (room: Room) => {
    client.knownRooms.learn(room);
    onClose();
    router.go(roomPath(room.id));
  };
  const join = async (room: Room) => {
    setError(undefined);
    try {
      open(await client.joinRoom(room.id));
    } catch (reason) {
      setError(errorText(reason));
    }
  };

  return (
    <Dialog title="Rooms" onClose={onClose}>
      <p className="error" role="alert">
        {error}
      </p>
      <SearchList search={search} label="Search rooms" nothing="No room found" keyOf={(room) => room.id}>
        {(room) => (
          <div className="list-row">
            <button type="button" className="list-button" onClick={() => open(room)}>
              <RoomBadge room={room} />
              <span className="list-text">
                <span className="list-title">{room.name}</span>
                <span className="hint">
                  {room.memberCount === 1 ? '1 member' : `${room.memberCount} members`}
                  {room.topic ? ` · ${room.topic}` : ''}
                </span>
              </span>
            </button>
            {joined.has(room.id) ? (
              <span className="hint">Joined</span>
            ) : (
              <button type="button" className="button" aria-label={`Join ${room.name}`} onClick={() => void join(room)}>
                Join
              </button>
            )}
          </div>
        )}
      </SearchList>
    </Dialog>
  );
}
