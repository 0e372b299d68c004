import { useEffect, useRef, useState } from 'react';
import { errorText } from '../../texts/error-text.js';

export interface PagedSearch<T> {
  readonly query: string;
  readonly items: readonly T[];
  readonly status: 'loading' | 'ready' | 'failed';
  readonly error: string | undefined;
  readonly hasMore: boolean;
  setQuery(query: string): void;
  loadMore(): void;
  retry(): void;
}

type FetchPage<T> = (
  query: string,
  cursor: string | undefined,
  signal: AbortSignal,
) => Promise<{ items: readonly T[]; nextCursor: string | null }>;

const TYPING_PAUSE_MS = 200;

/** A list that is searched on the server and comes in pages. What an older query answers late is dropped. */
export function usePagedSearch<T>(fetchPage: FetchPage<T>): PagedSearch<T> {
  const [query, setQuery] = useState('');
  const [page, setPage] = useState({ cursor: undefined as string | undefined, tries: 0 });
  const [items, setItems] = useState<readonly T[]>([]);
  const [nextCursor, setNextCursor] = useState<string | null>(null);
  const [status, setStatus] = useState<PagedSearch<T>['status']>('loading');
  const [error, setError] = useState<string>();
  const fetchRef = useRef(fetchPage);
  fetchRef.current = fetchPage;

  useEffect(() => {
    const abort = new AbortController();
    setStatus('loading');
    const timer = setTimeout(
      () => {
        fetchRef.current(query, page.cursor, abort.signal).then(
          (answer) => {
            if (abort.signal.aborted) return;
            setItems((known) => (page.cursor === undefined ? answer.items : [...known, ...answer.items]));
            setNextCursor(answer.nextCursor);
            setStatus('ready');
          },
          (reason: unknown) => {
            if (abort.signal.aborted) return;
            // What an older query found is no answer to this one, and would hide why there is none.
            if (page.cursor === undefined) {
              setItems([]);
              setNextCursor(null);
            }
            setError(errorText(reason));
            setStatus('failed');
          },
        );
      },
      page.cursor === undefined && query !== '' ? TYPING_PAUSE_MS : 0,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, page]);

  return {
    query,
    items,
    status,
    error,
    hasMore: nextCursor !== null,
    setQuery: (next) => {
      setQuery(next);
      setPage({ cursor: undefined, tries: 0 });
    },
    loadMore: () => setPage({ cursor: nextCursor ?? undefined, tries: 0 }),
    retry: () => setPage((before) => ({ ...before, tries: before.tries + 1 })),
  };
}
