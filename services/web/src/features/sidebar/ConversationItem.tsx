import type { Conversation } from '@parley/contracts';
import { memo } from 'react';
import { titleOf } from '../../state/conversations.js';
import { roomPath, type Router } from '../app/router.js';
import { Link } from '../common/Link.js';
import { shortTime } from '../common/times.js';
import { RoomBadge } from './RoomBadge.js';

interface ConversationItemProps {
  readonly conversation: Conversation;
  readonly router: Router;
  readonly ownUserId: string;
  readonly isCurrent: boolean;
}

export const ConversationItem = memo(function ConversationItem({ conversation, router, ownUserId, isCurrent }: ConversationItemProps) {
  const { room, lastMessage, unreadCount, mentionCount } = conversation;
  const isUnread = unreadCount > 0;
  return (
    <li>
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
          {previewOf(conversation, ownUserId)}
        </span>
        {isUnread ? (
          <span className="badge" data-mention={mentionCount > 0}>
            {unreadCount > 99 ? '99+' : unreadCount}
            <span className="visually-hidden"> unread{mentionCount > 0 ? ', you are mentioned' : ''}</span>
          </span>
        ) : null}
      </Link>
    </li>
  );
});

function previewOf({ room, lastMessage }: Conversation, ownUserId: string): string {
  if (!lastMessage) return room.kind === 'direct' ? 'No messages yet' : room.topic || 'No messages yet';
  if (!lastMessage.sender) return lastMessage.preview;
  if (lastMessage.sender.id === ownUserId) return `You: ${lastMessage.preview}`;
  return room.kind === 'direct' ? lastMessage.preview : `${lastMessage.sender.displayName}: ${lastMessage.preview}`;
}
