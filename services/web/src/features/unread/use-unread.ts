import type { UnreadAnswer } from '@parley/contracts';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { errorText } from '../../texts/error-text.js';

/** A page without anything is no end: a few are asked for in a row before somebody has to ask himself. */
const EMPTY_PAGES_MAX = 20;

export interface UnreadList {
  readonly answer: UnreadAnswer | undefined;
  readonly entries: UnreadAnswer['unread'];
  readonly hasMore: boolean;
  readonly isBusy: boolean;
  readonly error: string | undefined;
  loadMore(): void;
}

/** What counts as unread in a room, page by page. */
export function useUnread(client: ChatClient, roomId: string, onlyMine: boolean): UnreadList {
  const [answer, setAnswer] = useState<UnreadAnswer>();
  const [entries, setEntries] = useState<UnreadAnswer['unread']>([]);
  const [isBusy, setBusy] = useState(true);
  const [error, setError] = useState<string>();
  const asked = useRef<AbortController>(undefined);

  const load = useCallback(
    async (cursor: string | undefined) => {
      asked.current?.abort();
      const abort = (asked.current = new AbortController());
      setBusy(true);
      setError(undefined);
      try {
        let next = cursor;
        for (let page = 0; page < EMPTY_PAGES_MAX; page += 1) {
          const query = { ...(onlyMine ? { only: 'mentions' as const } : {}), ...(next === undefined ? {} : { cursor: next }) };
          const found = await client.api.call('GET /api/chat/rooms/{id}/unread', { params: { id: roomId }, query, signal: abort.signal });
          setAnswer(found);
          setEntries((known) => [...known, ...found.unread]);
          next = found.nextCursor ?? undefined;
          if (next === undefined || found.unread.length > 0) break;
        }
      } catch (reason) {
        if (!abort.signal.aborted) setError(errorText(reason));
      } finally {
        if (!abort.signal.aborted) setBusy(false);
      }
    },
    [client, roomId, onlyMine],
  );

  useEffect(() => {
    setEntries([]);
    void load(undefined);
    return () => asked.current?.abort();
  }, [load]);

  const cursor = answer?.nextCursor ?? undefined;
  return { answer, entries, hasMore: cursor !== undefined, isBusy, error, loadMore: () => void load(cursor) };
}
