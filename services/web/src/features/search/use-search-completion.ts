import { foldText } from '@parley/contracts';
import { useEffect, useMemo, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { titleOf } from '../../state/conversations.js';
import { useStore } from '../common/use-store.js';
import { scoreOf } from '../switcher/fuzzy.js';
import type { SearchToken } from './search-tokens.js';

export interface Suggestion {
  readonly key: string;
  readonly title: string;
  /** What stands behind the operator. */
  readonly value: string;
}

const SHOWN_MAX = 6;
const TYPING_PAUSE_MS = 150;

/** People for `from:`, rooms and private chats for `in:`. */
export function useSearchCompletion(client: ChatClient, token: SearchToken | undefined): readonly Suggestion[] {
  const conversations = useStore(client.conversations.store);
  const [people, setPeople] = useState<readonly Suggestion[]>([]);
  const operator = token?.operator;
  const value = token?.value.replace(/^[@#]/, '') ?? '';

  useEffect(() => {
    if (operator !== 'from') return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      client.api.direct(value, undefined, abort.signal).then(
        ({ direct }) =>
          setPeople(
            [client.me, ...direct.map(({ user }) => user)].map(({ id, displayName, username }) => ({
              key: id,
              title: displayName,
              value: username,
            })),
          ),
        () => undefined, // without an answer there is nothing to offer
      );
    }, TYPING_PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, operator, value]);

  return useMemo(() => {
    if (operator === undefined) return [];
    const all =
      operator === 'from'
        ? people
        : [...conversations.values()].map(({ room }) => ({
            key: room.id,
            title: titleOf(room),
            value: room.peer ? `@${room.peer.username}` : room.name,
          }));
    const query = foldText(value);
    const scored = all.flatMap((suggestion) => {
      const score = scoreOf(query, foldText(suggestion.title)) ?? scoreOf(query, foldText(suggestion.value));
      return score === undefined ? [] : [{ suggestion, score }];
    });
    return scored
      .sort((one, other) => other.score - one.score)
      .slice(0, SHOWN_MAX)
      .map(({ suggestion }) => suggestion);
  }, [operator, value, people, conversations]);
}
