import type { Conversation } from '@parley/contracts';
import { memo } from 'react';
import { titleOf } from '../../state/conversations.js';
import { messagePath, roomPath, type Router } from '../app/router.js';
import { Link } from '../common/Link.js';
import { shortTime } from '../common/times.js';
import { t } from '../../texts/texts.js';
import { RoomBadge } from './RoomBadge.js';

interface ConversationItemProps {
  readonly conversation: Conversation;
  readonly router: Router;
  readonly ownUserId: string;
  readonly isCurrent: boolean;
  readonly hasDraft: boolean;
}

export const ConversationItem = memo(function ConversationItem({
  conversation,
  router,
  ownUserId,
  isCurrent,
  hasDraft,
}: ConversationItemProps) {
  const { room, lastMessage, unreadCount } = conversation;
  const isUnread = unreadCount > 0;
  return (
    <li className="conversation-row">
      <Link
        router={router}
        href={roomPath(room.id)}
        className="conversation"
        aria-current={isCurrent ? 'page' : undefined}
        data-unread={isUnread}
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
      {isUnread ? (
        <Link
          router={router}
          href={messagePath(room.id, 'unread')}
          className="unread-link"
          aria-label={t('sidebar.openUnread')}
          title={unreadText(conversation)}
        >
          <UnreadMark conversation={conversation} />
        </Link>
      ) : null}
    </li>
  );
});

/** A number where somebody is spoken to, by name or in private; a dot where people only talk. */
function UnreadMark({ conversation: { room, unreadCount, mentionCount } }: { conversation: Conversation }) {
  const count = room.kind === 'direct' ? unreadCount : mentionCount;
  return count === 0 ? (
    <span className="unread-dot" />
  ) : (
    <span className="badge" data-mention={mentionCount > 0}>
      {count > 99 ? '99+' : count}
    </span>
  );
}

function unreadText({ unreadCount, mentionCount }: Conversation): string {
  const unread = t('sidebar.unread', { count: unreadCount });
  return mentionCount === 0 ? unread : `${unread}, ${t('sidebar.mentions', { count: mentionCount })}`;
}

function previewOf({ room, lastMessage }: Conversation, ownUserId: string): string {
  if (!lastMessage) return (room.kind === 'direct' ? '' : room.topic) || t('common.noMessages');
  if (!lastMessage.sender) return lastMessage.preview;
  if (lastMessage.sender.id === ownUserId) return t('sidebar.youSaid', { text: lastMessage.preview });
  return room.kind === 'direct' ? lastMessage.preview : `${lastMessage.sender.displayName}: ${lastMessage.preview}`;
}
