import { useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { titleOf } from '../../state/conversations.js';
import { t } from '../../texts/texts.js';
import { Icon } from '../common/Icon.js';
import { onDemand } from '../common/on-demand.js';
import { useStore } from '../common/use-store.js';
import { useMuted } from './use-muted.js';

const RoomNotificationsDialog = onDemand(async () => (await import('./RoomNotificationsDialog.js')).RoomNotificationsDialog);

/** The bell of a room: struck out while nothing is told of it. */
export function RoomNotificationsButton({ client, roomId }: { client: ChatClient; roomId: string }) {
  const [isOpen, setOpen] = useState(false);
  const conversation = useStore(client.conversations.store).get(roomId);
  const isMuted = useMuted(conversation?.mutedUntil ?? null);
  if (!conversation) return null;
  const isQuiet = isMuted || conversation.notify === 'none';
  const label = t(isQuiet ? 'notifications.quietRoom' : 'notifications.ofRoom', { room: titleOf(conversation.room) });
  return (
    <>
      <button
        type="button"
        className="icon-button room-bell"
        aria-label={label}
        title={t('notifications.title')}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Icon name={isQuiet ? 'bell-off' : 'bell'} />
      </button>
      {isOpen ? <RoomNotificationsDialog client={client} conversation={conversation} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
