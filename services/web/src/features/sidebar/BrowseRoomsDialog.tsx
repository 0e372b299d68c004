import type { Room } from '@parley/contracts';
import { useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { roomPath, type Router } from '../app/router.js';
import { Dialog } from '../common/Dialog.js';
import { useStore } from '../common/use-store.js';
import { errorText } from '../../texts/error-text.js';
import { t } from '../../texts/texts.js';
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
      open(await client.membership.join(room.id));
    } catch (reason) {
      setError(errorText(reason));
    }
  };

  return (
    <Dialog title={t('sidebar.rooms')} onClose={onClose}>
      <p className="error" role="alert">
        {error}
      </p>
      <SearchList search={search} label={t('sidebar.searchRooms')} nothing={t('sidebar.noRoom')} keyOf={(room) => room.id}>
        {(room) => (
          <div className="list-row">
            <button type="button" className="list-button" onClick={() => open(room)}>
              <RoomBadge room={room} />
              <span className="list-text">
                <span className="list-title">{room.name}</span>
                <span className="hint">
                  {t('common.members', { count: room.memberCount })}
                  {room.topic ? ` · ${room.topic}` : ''}
                </span>
              </span>
            </button>
            {joined.has(room.id) ? (
              <span className="hint">{t('sidebar.joined')}</span>
            ) : (
              <button
                type="button"
                className="button"
                aria-label={t('sidebar.joinWhich', { name: room.name })}
                onClick={() => void join(room)}
              >
                {t('sidebar.join')}
              </button>
            )}
          </div>
        )}
      </SearchList>
    </Dialog>
  );
}
