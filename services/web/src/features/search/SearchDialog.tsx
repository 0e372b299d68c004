import { useEffect, useRef } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import { messagePath, type Router } from '../app/router.js';
import { useMedia, WITH_SIDE_PANEL } from '../app/use-media.js';
import { Dialog } from '../common/Dialog.js';
import { FoundList } from '../common/FoundList.js';
import { Icon } from '../common/Icon.js';
import { isComposing } from '../common/is-composing.js';
import { usePagedSearch } from '../sidebar/use-paged-search.js';
import { HitButton } from './HitButton.js';
import { SearchField } from './SearchField.js';

interface SearchProps {
  readonly client: ChatClient;
  readonly router: Router;
  readonly onClose: () => void;
}

/** Messages in all rooms that one may read: beside the room where there is space, and over it where there is none. */
export function SearchDialog(props: SearchProps) {
  return useMedia(WITH_SIDE_PANEL) ? <SearchPanel {...props} /> : <SearchOverlay {...props} />;
}

function SearchOverlay({ client, router, onClose }: SearchProps) {
  return (
    <Dialog title={t('search.title')} onClose={onClose}>
      <Search client={client} router={router} onOpen={onClose} />
    </Dialog>
  );
}

/** It stays while one goes from hit to hit. */
function SearchPanel({ client, router, onClose }: SearchProps) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.querySelector<HTMLElement>('[data-first-focus]')?.focus(), []);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Esc closes it from anywhere inside
    <aside
      ref={panel}
      className="side-panel"
      aria-label={t('search.title')}
      onKeyDown={(event) => event.key === 'Escape' && !event.defaultPrevented && !isComposing(event.nativeEvent) && onClose()}
    >
      <header className="dialog-header">
        <h2>{t('search.title')}</h2>
        <button type="button" className="icon-button" aria-label={t('search.close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <Search client={client} router={router} />
    </aside>
  );
}

function Search({ client, router, onOpen }: { client: ChatClient; router: Router; onOpen?: () => void }) {
  const search = usePagedSearch(async (query, cursor, signal) => {
    if (query === '') return { items: [], nextCursor: null };
    const { hits, nextCursor } = await client.api.search(query, cursor, signal);
    return { items: hits, nextCursor };
  });
  const { items, status, query } = search;
  return (
    <>
      <SearchField client={client} searched={query} onSearch={search.setQuery} />
      <p className="visually-hidden" role="status">
        {query !== '' && status === 'ready' ? t('search.found', { count: items.length }) : ''}
      </p>
      {query === '' ? null : (
        <div className="search-list">
          <FoundList
            search={search}
            label={t('search.results')}
            nothing={t('search.nothing')}
            hint={t('search.tryOthers')}
            failed={t('search.failed')}
            keyOf={({ message }) => message.id}
          >
            {(hit) => (
              <HitButton
                client={client}
                hit={hit}
                onOpen={() => {
                  onOpen?.();
                  router.go(messagePath(hit.message.roomId, hit.message.seq));
                }}
              />
            )}
          </FoundList>
        </div>
      )}
    </>
  );
}
