import type { ChatClient } from '../../state/chat-client.js';
import { setFavourite } from '../../state/conversation-wishes.js';
import { t } from '../../texts/texts.js';
import { useCommands } from '../commands/use-commands.js';
import { Icon } from '../common/Icon.js';
import { useStore } from '../common/use-store.js';
import { useSubmit } from '../common/use-submit.js';

/** Keeps a conversation at the top of the list, on all devices. */
export function FavouriteButton({ client, roomId, title }: { client: ChatClient; roomId: string; title: string }) {
  const { favourite = false } = useStore(client.conversations.store).get(roomId) ?? {};
  const { isBusy, run } = useSubmit();
  const toggle = () => run(() => setFavourite(client, roomId, !favourite));
  useCommands(
    () => [
      { id: 'favourite', group: 'rooms', label: favourite ? t('conversations.noFavourite') : t('conversations.favourite'), run: toggle },
    ],
    [client, roomId, favourite],
  );
  return (
    <button
      type="button"
      className="icon-button"
      aria-pressed={favourite}
      aria-label={t('conversations.favouriteOf', { room: title })}
      title={favourite ? t('conversations.noFavourite') : t('conversations.favourite')}
      disabled={isBusy}
      onClick={toggle}
    >
      <Icon name="star" />
    </button>
  );
}
