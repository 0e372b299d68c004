import { useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { roomPath, type Router } from '../app/router.js';
import { Avatar } from '../common/Avatar.js';
import { Dialog } from '../common/Dialog.js';
import { errorText } from '../../texts/error-text.js';
import { t } from '../../texts/texts.js';
import { SearchList } from './SearchList.js';
import { usePagedSearch } from './use-paged-search.js';

/** Everyone, to write to in private. */
export function PeopleDialog({ client, router, onClose }: { client: ChatClient; router: Router; onClose: () => void }) {
  const search = usePagedSearch(async (query, cursor, signal) => {
    const { direct, nextCursor } = await client.api.direct(query, cursor, signal);
    return { items: direct, nextCursor };
  });
  const [error, setError] = useState<string>();

  const open = async (userId: string) => {
    setError(undefined);
    try {
      const room = await client.membership.openDirect(userId);
      onClose();
      router.go(roomPath(room.id));
    } catch (reason) {
      setError(errorText(reason));
    }
  };

  return (
    <Dialog title={t('sidebar.people')} onClose={onClose}>
      <p className="error" role="alert">
        {error}
      </p>
      <SearchList search={search} label={t('sidebar.searchPeople')} nothing={t('sidebar.nobody')} keyOf={(entry) => entry.user.id}>
        {(entry) => (
          <button type="button" className="list-button" onClick={() => void open(entry.user.id)}>
            <Avatar url={entry.user.avatarUrl} />
            <span className="list-text">
              <span className="list-title">{entry.user.displayName}</span>
              <span className="hint">
                @{entry.user.username}
                {entry.lastMessage ? ` · ${entry.lastMessage.preview}` : ''}
              </span>
            </span>
            {entry.unreadCount > 0 ? (
              <span className="badge">
                <span aria-hidden="true">{entry.unreadCount}</span>
                <span className="visually-hidden">{t('sidebar.unread', { count: entry.unreadCount })}</span>
              </span>
            ) : null}
          </button>
        )}
      </SearchList>
    </Dialog>
  );
}
