import type { Message } from '@parley/contracts';
import type { ChatClient } from '../../state/chat-client.js';
import { errorText } from '../../texts/error-text.js';
import { perLocale } from '../../texts/format-message.js';
import { locale, t } from '../../texts/texts.js';
import { useStore } from '../common/use-store.js';

const listOf = perLocale((tag) => new Intl.ListFormat(tag));

/** What people answered with an emoji; a press joins in or takes one's own back. */
export function ReactionBar({ client, message, canReact }: { client: ChatClient; message: Message; canReact: boolean }) {
  const people = useStore(client.people.store);
  useStore(client.actions.unnamed);
  if (message.reactions.length === 0) return null;
  const namesOf = (userIds: readonly string[]) =>
    listOf(locale()).format(userIds.flatMap((userId) => people.get(userId)?.displayName ?? []));
  return (
    <div className="reactions" role="group" aria-label={t('changing.reactions')}>
      {message.reactions.map(({ emoji, count, userIds }) => (
        <button
          key={emoji}
          type="button"
          className="reaction"
          aria-pressed={client.actions.hasReacted(message, emoji)}
          aria-label={t('changing.reaction', { emoji, count })}
          title={namesOf(userIds)}
          onPointerEnter={() => client.people.need(userIds)}
          disabled={!canReact}
          onClick={() => void client.actions.toggleReaction(message, emoji).catch((error: unknown) => client.notices.say(errorText(error)))}
        >
          <span aria-hidden="true">
            {emoji} {count}
          </span>
        </button>
      ))}
    </div>
  );
}
