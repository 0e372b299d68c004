import type { Sender } from '@parley/contracts';
import { listOf, t } from '../../texts/texts.js';

/** "Ann and Bob are typing…"; without names while those are not known. */
export function typingText(userIds: readonly string[], people: ReadonlyMap<string, Sender>): string {
  if (userIds.length === 0) return '';
  const names = userIds.flatMap((userId) => people.get(userId)?.displayName ?? []);
  if (userIds.length > 3 || names.length < userIds.length) return t(userIds.length === 1 ? 'room.somebodyTyping' : 'room.severalTyping');
  return t('room.typing', { count: names.length, names: listOf(names) });
}
