import type { Sender } from '@parley/contracts';

/** "Ann and Bob are typing…"; without names while those are not known. */
export function typingText(userIds: readonly string[], people: ReadonlyMap<string, Sender>): string {
  if (userIds.length === 0) return '';
  const names = userIds.flatMap((userId) => people.get(userId)?.displayName ?? []);
  if (userIds.length > 3 || names.length < userIds.length)
    return userIds.length === 1 ? 'Somebody is typing…' : 'Several people are typing…';
  if (names.length === 1) return `${names[0]} is typing…`;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are typing…`;
}
