import type { Conversation } from '@parley/contracts';

/** A number where somebody is spoken to, by name or in private; a dot where people only talk. */
export function UnreadMark({ conversation: { room, unreadCount, mentionCount } }: { conversation: Conversation }) {
  const count = room.kind === 'direct' ? unreadCount : mentionCount;
  return count === 0 ? (
    // Drawn, because a box with round corners is cut to whole pixels first and comes out oval.
    <svg className="unread-dot" viewBox="0 0 2 2" aria-hidden>
      <circle cx="1" cy="1" r="1" />
    </svg>
  ) : (
    <span className="badge" data-mention={mentionCount > 0}>
      {count > 99 ? '99+' : count}
    </span>
  );
}
