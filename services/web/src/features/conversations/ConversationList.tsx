import { useVirtualizer } from '@tanstack/react-virtual';
import type { Room } from '@parley/contracts';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { sectionsOf, wantsAttention, type SectionId } from '../../state/sidebar-sections.js';
import { t } from '../../texts/texts.js';
import type { Router } from '../app/router.js';
import { Icon } from '../common/Icon.js';
import type { MenuAnchor } from '../common/menu-place.js';
import { onDemand } from '../common/on-demand.js';
import { useStore } from '../common/use-store.js';
import { ConversationItem } from '../sidebar/ConversationItem.js';
import { rowsOfSections } from './conversation-rows.js';

const UnreadDialog = onDemand(async () => (await import('../unread/UnreadDialog.js')).UnreadDialog);
const ConversationMenu = onDemand(async () => (await import('./ConversationMenu.js')).ConversationMenu);
const LeaveDialog = onDemand(async () => (await import('../room/LeaveDialog.js')).LeaveDialog);

const SECTION_PX = 40;
const CONVERSATION_PX = 60;
/** Rows beyond either edge of what is in sight. */
const OVERSCAN = 10;

const nameOf = (section: SectionId): string => {
  switch (section) {
    case 'unread':
      return t('conversations.unread');
    case 'favourites':
      return t('conversations.favourites');
    case 'rooms':
      return t('conversations.rooms');
    case 'direct':
      return t('conversations.direct');
  }
};

interface ConversationListProps {
  readonly client: ChatClient;
  readonly router: Router;
  readonly roomId: string | undefined;
}

/** All conversations in their parts. Only what is near the view is in the page, so thousands cost no more than dozens. */
export function ConversationList({ client, router, roomId }: ConversationListProps) {
  const conversations = useStore(client.conversations.store);
  const { sort, collapsed } = useStore(client.sidebar.store);
  const begun = useStore(client.unsent.drafts.begun);
  const held = useHeldRoom(client, roomId);
  const rows = useMemo(
    () => rowsOfSections(sectionsOf(conversations, { sort, held }), collapsed, roomId),
    [conversations, sort, held, collapsed, roomId],
  );
  const [explained, setExplained] = useState<string>();
  const [menu, setMenu] = useState<{ readonly roomId: string; readonly anchor: MenuAnchor }>();
  const [leaving, setLeaving] = useState<Room>();
  const openMenu = useCallback((of: string, anchor: MenuAnchor) => setMenu({ roomId: of, anchor }), []);
  const closeMenu = useCallback(() => setMenu(undefined), []);
  const asked = menu && conversations.get(menu.roomId);
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- its compiler is not used here
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLLIElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: (index) => (rows[index]?.kind === 'section' ? SECTION_PX : CONVERSATION_PX),
    overscan: OVERSCAN,
  });
  const currentIndex = rows.findIndex(({ key }) => key === roomId);
  useEffect(() => {
    if (currentIndex !== -1) virtualizer.scrollToIndex(currentIndex, { align: 'auto' });
    // When another room is opened, not when the list is sorted anew under somebody's hands.
  }, [roomId, virtualizer]); // oxlint-disable-line react/exhaustive-deps

  return (
    <div className="conversation-list" ref={scroller}>
      <ul style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className={row.kind === 'section' ? 'conversation-section' : 'conversation-row'}
              style={{ transform: `translateY(${start}px)` }}
            >
              {row.kind === 'section' ? (
                <h2>
                  <button type="button" aria-expanded={row.isOpen} onClick={() => client.sidebar.toggle(row.id)}>
                    <Icon name={row.isOpen ? 'down' : 'forward'} />
                    {nameOf(row.id)} <span className="hint">{row.count}</span>
                  </button>
                </h2>
              ) : (
                <ConversationItem
                  conversation={row.conversation}
                  router={router}
                  ownUserId={client.me.id}
                  isCurrent={row.key === roomId}
                  hasDraft={begun.has(row.key)}
                  isMenuOpen={row.key === menu?.roomId}
                  onExplain={setExplained}
                  onMenu={openMenu}
                />
              )}
            </li>
          );
        })}
      </ul>
      {explained === undefined ? null : (
        <UnreadDialog client={client} router={router} roomId={explained} onClose={() => setExplained(undefined)} />
      )}
      {asked ? (
        <ConversationMenu
          key={asked.room.id}
          client={client}
          conversation={asked}
          anchor={menu.anchor}
          onClose={closeMenu}
          onLeave={(room) => {
            closeMenu();
            setLeaving(room);
          }}
        />
      ) : null}
      {leaving ? <LeaveDialog client={client} router={router} room={leaving} onClose={() => setLeaving(undefined)} /> : null}
    </div>
  );
}

/** The room on screen and whether something was unread there when it was opened. */
function useHeldRoom(client: ChatClient, roomId: string | undefined) {
  return useMemo(() => {
    const conversation = roomId === undefined ? undefined : client.conversations.store.get().get(roomId);
    return conversation && { roomId: conversation.room.id, wasUnread: wantsAttention(conversation) };
  }, [client, roomId]);
}
