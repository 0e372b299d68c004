import type { Conversation } from '@parley/contracts';
import type { Section, SectionId } from '../../state/sidebar-sections.js';

/** One line of the list. */
export type ConversationRow =
  | { readonly kind: 'section'; readonly key: string; readonly id: SectionId; readonly count: number; readonly isOpen: boolean }
  | { readonly kind: 'conversation'; readonly key: string; readonly conversation: Conversation };

/** Of a part that is folded only the room on screen is shown. */
export function rowsOfSections(
  sections: readonly Section[],
  collapsed: ReadonlySet<SectionId>,
  roomId: string | undefined,
): ConversationRow[] {
  return sections.flatMap(({ id, conversations }) => {
    const isOpen = !collapsed.has(id);
    const shown = isOpen ? conversations : conversations.filter(({ room }) => room.id === roomId);
    return [
      { kind: 'section', key: id, id, count: conversations.length, isOpen } as const,
      ...shown.map((conversation) => ({ kind: 'conversation', key: conversation.room.id, conversation }) as const),
    ];
  });
}
