import { useEffect, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { readTyped, type SwitcherItem } from './switcher-items.js';

const TYPING_PAUSE_MS = 150;
const NOTHING: readonly SwitcherItem[] = [];

/** People and public rooms that this page does not know yet. Without an answer the list is what is known here. */
export function useRemoteItems(client: ChatClient, typed: string): readonly SwitcherItem[] {
  const [found, setFound] = useState<{ typed: string; items: readonly SwitcherItem[] }>({ typed: '', items: NOTHING });
  useEffect(() => {
    const { scope, query } = readTyped(typed);
    if (query === '' || scope === 'commands') return undefined;
    const abort = new AbortController();
    const people = async (): Promise<SwitcherItem[]> =>
      (await client.api.direct(query, undefined, abort.signal)).direct.map(({ user }) => ({
        kind: 'person',
        key: `person ${user.id}`,
        user,
      }));
    const rooms = async (): Promise<SwitcherItem[]> =>
      (await client.api.rooms(query, undefined, abort.signal)).rooms.map((room) => ({ kind: 'room', key: room.id, room }));
    const timer = setTimeout(() => {
      void Promise.allSettled([scope === 'people' ? [] : rooms(), scope === 'rooms' ? [] : people()]).then((answers) => {
        if (abort.signal.aborted) return;
        setFound({ typed, items: answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])) });
      });
    }, TYPING_PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, typed]);
  return found.typed === typed ? found.items : NOTHING;
}
