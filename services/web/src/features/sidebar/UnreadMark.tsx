import type { Conversation } from '@parley/contracts';

/** A number where somebody is spoken to, by name or in private; a dot where people only talk. */
export function UnreadMark({ conversation: { room, unreadCount, mentionCount } }: { conversation: Conversation }) {
  const count = room.kind === 'direct' ? unreadCount : mentionCount;
  return count === 0 ? (
    <span className="unread-dot" />
  ) : (
    <span className="badge" data-mention={mentionCount > 0}>
      {count > 99 ? '99+' : count}
    </span>
  );
}
