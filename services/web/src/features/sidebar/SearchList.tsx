import type { ReactNode } from 'react';
import { FoundList } from '../common/FoundList.js';
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
      <FoundList search={search} nothing={nothing} keyOf={keyOf}>
        {children}
      </FoundList>
    </div>
  );
}
