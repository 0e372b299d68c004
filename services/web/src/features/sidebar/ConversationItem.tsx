import type { Conversation } from '@parley/contracts';
import { memo } from 'react';
import { isMuted, titleOf } from '../../state/conversations.js';
import { roomPath, type Router } from '../app/router.js';
import { Icon } from '../common/Icon.js';
import { Link } from '../common/Link.js';
import type { MenuAnchor } from '../common/menu-place.js';
import { shortTime } from '../common/times.js';
import { useMenuRequest } from '../common/use-menu-request.js';
import { announcementText } from '../../texts/announcement-text.js';
import { t } from '../../texts/texts.js';
import { RoomBadge } from './RoomBadge.js';
import { UnreadMark } from './UnreadMark.js';

interface ConversationItemProps {
  readonly conversation: Conversation;
  readonly router: Router;
  readonly ownUserId: string;
  readonly isCurrent: boolean;
  readonly hasDraft: boolean;
  readonly isMenuOpen: boolean;
  /** Asked for the messages that the mark counts. */
  readonly onExplain: (roomId: string) => void;
  /** Asked for what can be done with it, from there. */
  readonly onMenu: (roomId: string, anchor: MenuAnchor) => void;
}

export const ConversationItem = memo(function ConversationItem({
  conversation,
  router,
  ownUserId,
  isCurrent,
  hasDraft,
  isMenuOpen,
  onExplain,
  onMenu,
}: ConversationItemProps) {
  const { room, lastMessage, unreadCount } = conversation;
  const isUnread = unreadCount > 0;
  const asked = useMenuRequest((anchor) => onMenu(room.id, anchor));
  return (
    <>
      <Link
        router={router}
        href={roomPath(room.id)}
        className="conversation"
        aria-current={isCurrent ? 'page' : undefined}
        data-unread={isUnread}
        data-quiet={conversation.notify === 'none' || isMuted(conversation)}
        {...asked}
      >
        <RoomBadge room={room} />
        <span className="conversation-title">{titleOf(room)}</span>
        {lastMessage ? (
          <time className="conversation-time" dateTime={lastMessage.createdAt}>
            {shortTime(lastMessage.createdAt)}
          </time>
        ) : null}
        <span className="conversation-preview" dir="auto">
          {hasDraft && !isCurrent ? <span className="conversation-draft">{t('sidebar.draft')} · </span> : null}
          {previewOf(conversation, ownUserId)}
        </span>
        {isUnread ? <span className="visually-hidden">{unreadText(conversation)}</span> : null}
      </Link>
      <button
        type="button"
        className="icon-button conversation-more"
        aria-label={t('conversations.menu', { room: titleOf(room) })}
        aria-haspopup="menu"
        aria-expanded={isMenuOpen}
        onClick={(event) => onMenu(room.id, event.currentTarget.getBoundingClientRect())}
      >
        <Icon name="more" />
      </button>
      {isUnread ? (
        <button
          type="button"
          className="unread-link"
          aria-haspopup="dialog"
          aria-label={t('conversations.explain', { room: titleOf(room) })}
          title={unreadText(conversation)}
          onClick={() => onExplain(room.id)}
        >
          <UnreadMark conversation={conversation} />
        </button>
      ) : null}
    </>
  );
});

function unreadText({ unreadCount, mentionCount }: Conversation): string {
  const unread = t('sidebar.unread', { count: unreadCount });
  return mentionCount === 0 ? unread : `${unread}, ${t('sidebar.mentions', { count: mentionCount })}`;
}

function previewOf({ room, lastMessage }: Conversation, ownUserId: string): string {
  if (!lastMessage) return (room.kind === 'direct' ? '' : room.topic) || t('common.noMessages');
  const { sender, preview, announcement } = lastMessage;
  if (announcement) return announcementText(announcement, ownUserId);
  // Nothing else leaves nothing to read.
  if (preview === '') return t('common.deleted');
  if (!sender) return preview;
  if (sender.id === ownUserId) return t('sidebar.youSaid', { text: preview });
  return room.kind === 'direct' ? preview : `${sender.displayName}: ${preview}`;
}
