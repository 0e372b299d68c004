import { LIMITS, type Message } from '@parley/contracts';
import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';

/** What people answered with an emoji; a press joins in or takes one's own back. */
export function ReactionBar({ client, message, canReact }: { client: ChatClient; message: Message; canReact: boolean }) {
  if (message.reactions.length === 0) return null;
  return (
    <div className="reactions" role="group" aria-label={t('changing.reactions')}>
      {message.reactions.map(({ emoji, count, userIds }) => (
        <button
          key={emoji}
          type="button"
          className="reaction"
          aria-pressed={userIds.includes(client.me.id)}
          aria-label={t('changing.reaction', { emoji, count })}
          disabled={!canReact || (count > LIMITS.reactionUsersShown && !userIds.includes(client.me.id))}
          onClick={() => void client.actions.toggleReaction(message, emoji).catch(() => undefined)}
        >
          <span aria-hidden="true">
            {emoji} {count}
          </span>
        </button>
      ))}
    </div>
  );
}
