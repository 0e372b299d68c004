import { LIMITS } from '@parley/contracts';
import { useState, type FormEvent } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { roomPath, type Router } from '../app/router.js';
import { Dialog } from '../common/Dialog.js';
import { Notice } from '../common/Notice.js';
import { usePagedSearch } from '../sidebar/use-paged-search.js';
import { HitButton } from './HitButton.js';

/** Messages in all rooms that one may read. */
export function SearchDialog({ client, router, onClose }: { client: ChatClient; router: Router; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const search = usePagedSearch(async (query, cursor, signal) => {
    if (query === '') return { items: [], nextCursor: null };
    const { hits, nextCursor } = await client.api.search(query, cursor, signal);
    return { items: hits, nextCursor };
  });
  const { items, status, hasMore, query } = search;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    search.setQuery(typed.trim());
  };

  return (
    <Dialog title="Search messages" onClose={onClose}>
      <form className="search-form" role="search" onSubmit={submit}>
        <input
          type="search"
          aria-label="Search messages"
          aria-describedby="search-hint"
          placeholder='Words or a "phrase"'
          value={typed}
          maxLength={LIMITS.searchQueryMax}
          data-first-focus
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit" className="button">
          Search
        </button>
      </form>
      <p className="hint" id="search-hint">
        Also: -word, from:name, in:room, has:image, has:file, has:link, before:2026-01-31, after:2026-01-31
      </p>
      <p className="visually-hidden" role="status">
        {query !== '' && status === 'ready' ? (items.length === 1 ? '1 message found' : `${items.length} messages found`) : ''}
      </p>
      {query === '' ? null : (
        <div className="search-list">
          <ul aria-label="Messages found" aria-busy={status === 'loading'}>
            {items.map((hit) => (
              <li key={hit.message.id}>
                <HitButton
                  client={client}
                  hit={hit}
                  onOpen={() => {
                    onClose();
                    router.go(roomPath(hit.message.roomId));
                  }}
                />
              </li>
            ))}
          </ul>
          {status === 'ready' && items.length === 0 && !hasMore ? (
            <Notice title="No message found">Try fewer or other words.</Notice>
          ) : null}
          {status === 'loading' && items.length === 0 ? <Notice title="Searching…" /> : null}
          {status === 'failed' ? (
            <Notice
              title="The search failed"
              action={
                <button type="button" className="button" onClick={search.retry}>
                  Try again
                </button>
              }
            >
              {search.error}
            </Notice>
          ) : null}
          {hasMore && status !== 'failed' ? (
            <button type="button" className="button" disabled={status === 'loading'} onClick={search.loadMore}>
              {status === 'loading' ? 'Searching…' : 'Show more'}
            </button>
          ) : null}
        </div>
      )}
    </Dialog>
  );
}
