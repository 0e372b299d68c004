import { EVERYONE, type Message } from '@parley/contracts';
import { useEffect } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { useStore } from '../common/use-store.js';

/** Lower-cased names by which a message mentions people, as far as they are known here. */
export function useMentionedNames(client: ChatClient, { mentions }: Message): string {
  const people = useStore(client.people.store);
  useEffect(() => client.people.need(mentions.userIds), [client, mentions]);
  const names = mentions.userIds.flatMap((userId) => people.get(userId)?.username.toLowerCase() ?? []);
  return [...names, ...(mentions.everyone ? [EVERYONE] : [])].join(' ');
}
