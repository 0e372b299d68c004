import type { Sender } from '@parley/contracts';
import type { ChatClient } from '../../state/chat-client.js';
import { useStore } from '../common/use-store.js';

/** Who is writing at this moment. Not announced: it would never stop talking. */
export function TypingLine({ client, roomId }: { client: ChatClient; roomId: string }) {
  const typing = useStore(client.typing.store).get(roomId) ?? [];
  const people = useStore(client.people.store);
  return <p className="typing">{typingText(typing, people)}</p>;
}

export function typingText(userIds: readonly string[], people: ReadonlyMap<string, Sender>): string {
  if (userIds.length === 0) return '';
  const names = userIds.flatMap((userId) => people.get(userId)?.displayName ?? []);
  if (userIds.length > 3 || names.length < userIds.length)
    return userIds.length === 1 ? 'Somebody is typing…' : 'Several people are typing…';
  if (names.length === 1) return `${names[0]} is typing…`;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are typing…`;
}
