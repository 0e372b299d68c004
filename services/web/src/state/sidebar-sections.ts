import type { Conversation } from '@parley/contracts';
import { isMuted, sortedByActivity, titleOf, type ConversationMap } from './conversations.js';

export const SECTIONS = ['unread', 'favourites', 'rooms', 'direct'] as const;
export type SectionId = (typeof SECTIONS)[number];
export type SidebarSort = 'activity' | 'name';

export interface Section {
  readonly id: SectionId;
  readonly conversations: readonly Conversation[];
}

export interface SectionOptions {
  readonly sort: SidebarSort;
  /** The room on screen: it stays where it was when it was opened, or it would run away from under the pointer by being read. */
  readonly held?: { readonly roomId: string; readonly wasUnread: boolean } | undefined;
}

/** Something there is for the reader, by what he wants to be told of the room. */
export function wantsAttention(conversation: Conversation, now = Date.now()): boolean {
  const { unreadCount, mentionCount, notify } = conversation;
  if (unreadCount === 0 || notify === 'none') return false;
  return mentionCount > 0 || (notify === 'all' && !isMuted(conversation, now));
}

/** The list in its parts, each conversation in one of them; parts without any are left out. */
export function sectionsOf(conversations: ConversationMap, { sort, held }: SectionOptions): Section[] {
  const parts: Record<SectionId, Conversation[]> = { unread: [], favourites: [], rooms: [], direct: [] };
  const now = Date.now();
  for (const conversation of sortedByActivity(conversations)) {
    const isHeld = held?.roomId === conversation.room.id;
    const isUnread = isHeld ? held.wasUnread : wantsAttention(conversation, now);
    parts[isUnread ? 'unread' : conversation.favourite ? 'favourites' : conversation.room.kind === 'direct' ? 'direct' : 'rooms'].push(
      conversation,
    );
  }
  if (sort === 'name') for (const id of SECTIONS) if (id !== 'unread') parts[id].sort(byName);
  return SECTIONS.map((id) => ({ id, conversations: parts[id] })).filter((section) => section.conversations.length > 0);
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
const byName = (one: Conversation, other: Conversation): number => collator.compare(titleOf(one.room), titleOf(other.room));

/** The next conversation with something unread, from one on and around the end; undefined when there is no other. */
export function nextUnread(sections: readonly Section[], fromRoomId: string | undefined, step: 1 | -1): string | undefined {
  const order = sections.flatMap((section) => section.conversations);
  const from = order.findIndex(({ room }) => room.id === fromRoomId);
  for (let count = 1; count <= order.length; count += 1) {
    const at = from === -1 && step === -1 ? order.length - count : from + count * step;
    const candidate = order[(at + order.length * 2) % order.length]!;
    if (candidate.room.id !== fromRoomId && wantsAttention(candidate)) return candidate.room.id;
  }
  return undefined;
}
