import type { ReactNode } from 'react';
import { Notice } from '../common/Notice.js';
import { t } from '../../texts/texts.js';
import type { PagedSearch } from './use-paged-search.js';

interface SearchListProps<T> {
  readonly search: PagedSearch<T>;
  readonly label: string;
  readonly nothing: string;
  readonly keyOf: (item: T) => string;
  readonly children: (item: T) => ReactNode;
}

/** A search field and what it finds. */
export function SearchList<T>({ search, label, nothing, keyOf, children }: SearchListProps<T>) {
  const { items, status, hasMore } = search;
  return (
    <div className="search-list">
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={search.query}
        maxLength={100}
        data-first-focus
        onChange={(event) => search.setQuery(event.currentTarget.value)}
      />
      <ul aria-busy={status === 'loading'}>
        {items.map((item) => (
          <li key={keyOf(item)}>{children(item)}</li>
        ))}
      </ul>
      {status === 'ready' && items.length === 0 ? <Notice title={nothing} /> : null}
      {status === 'loading' && items.length === 0 ? <Notice title={t('common.loading')} /> : null}
      {status === 'failed' ? (
        <Notice
          title={t('common.listFailed')}
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
          {status === 'loading' ? t('common.loading') : t('common.showMore')}
        </button>
      ) : null}
    </div>
  );
}
