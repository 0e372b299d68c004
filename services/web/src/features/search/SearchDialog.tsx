import { LIMITS } from '@parley/contracts';
import { useState, type FormEvent } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { messagePath, type Router } from '../app/router.js';
import { Dialog } from '../common/Dialog.js';
import { Notice } from '../common/Notice.js';
import { usePagedSearch } from '../sidebar/use-paged-search.js';
import { t } from '../../texts/texts.js';
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
    <Dialog title={t('search.title')} onClose={onClose}>
      <form className="search-form" role="search" onSubmit={submit}>
        <input
          type="search"
          aria-label={t('search.title')}
          aria-describedby="search-hint"
          placeholder={t('search.placeholder')}
          value={typed}
          maxLength={LIMITS.searchQueryMax}
          data-first-focus
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit" className="button">
          {t('search.search')}
        </button>
      </form>
      <p className="hint" id="search-hint">
        {t('search.operators')}
      </p>
      <p className="visually-hidden" role="status">
        {query !== '' && status === 'ready' ? t('search.found', { count: items.length }) : ''}
      </p>
      {query === '' ? null : (
        <div className="search-list">
          <ul aria-label={t('search.results')} aria-busy={status === 'loading'}>
            {items.map((hit) => (
              <li key={hit.message.id}>
                <HitButton
                  client={client}
                  hit={hit}
                  onOpen={() => {
                    onClose();
                    router.go(messagePath(hit.message.roomId, hit.message.seq));
                  }}
                />
              </li>
            ))}
          </ul>
          {status === 'ready' && items.length === 0 && !hasMore ? (
            <Notice title={t('search.nothing')}>{t('search.tryOthers')}</Notice>
          ) : null}
          {status === 'loading' && items.length === 0 ? <Notice title={t('search.searching')} /> : null}
          {status === 'failed' ? (
            <Notice
              title={t('search.failed')}
              action={
                <button type="button" className="button" onClick={search.retry}>
                  {t('common.tryAgain')}
                </button>
              }
            >
              {search.error}
            </Notice>
          ) : null}
          {hasMore && status !== 'failed' ? (
            <button type="button" className="button" disabled={status === 'loading'} onClick={search.loadMore}>
              {status === 'loading' ? t('search.searching') : t('common.showMore')}
            </button>
          ) : null}
        </div>
      )}
    </Dialog>
  );
}
