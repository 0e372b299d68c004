import type { ReactNode } from 'react';
import { t } from '../../texts/texts.js';
import type { PagedSearch } from '../sidebar/use-paged-search.js';
import { LoadFailure } from './LoadFailure.js';
import { Notice } from './Notice.js';

interface FoundListProps<T> {
  readonly search: PagedSearch<T>;
  readonly label?: string;
  readonly nothing: string;
  readonly hint?: string;
  readonly failed?: string;
  readonly keyOf: (item: T) => string;
  readonly children: (item: T) => ReactNode;
}

/** What a search found, page by page, and what to say while there is nothing. */
export function FoundList<T>({ search, label, nothing, hint, failed = t('common.listFailed'), keyOf, children }: FoundListProps<T>) {
  const { items, status, hasMore } = search;
  return (
    <>
      <ul aria-label={label} aria-busy={status === 'loading'}>
        {items.map((item) => (
          <li key={keyOf(item)}>{children(item)}</li>
        ))}
      </ul>
      {status === 'ready' && items.length === 0 && !hasMore ? <Notice title={nothing}>{hint}</Notice> : null}
      {status === 'loading' && items.length === 0 ? <Notice title={t('common.loading')} /> : null}
      {status === 'failed' ? <LoadFailure title={failed} error={search.error} onRetry={search.retry} /> : null}
      {hasMore && status !== 'failed' ? (
        <button type="button" className="button" disabled={status === 'loading'} onClick={search.loadMore}>
          {status === 'loading' ? t('common.loading') : t('common.showMore')}
        </button>
      ) : null}
    </>
  );
}
