import type { Room } from '@parley/contracts';
import { useMemo } from 'react';
import { RoomApi } from '../../net/room-api.js';
import type { ChatClient } from '../../state/chat-client.js';
import { Dialog } from '../common/Dialog.js';
import { useStore } from '../common/use-store.js';
import { rightsIn } from '../members/member-rights.js';
import { t } from '../../texts/texts.js';
import { RoomNotifications } from '../notifications/RoomNotifications.js';
import { ArchiveRoom } from './ArchiveRoom.js';
import { InviteSettings } from './InviteSettings.js';
import { RoomForm } from './RoomForm.js';

/** Everything that can be set about a room, as far as the person may. */
export function RoomSettingsDialog({ client, room, onClose }: { client: ChatClient; room: Room; onClose: () => void }) {
  const api = useMemo(() => new RoomApi(client.api, room.id), [client, room.id]);
  const conversation = useStore(client.conversations.store).get(room.id);
  const { isModerating, isOwning } = rightsIn(room, client.me);
  const changed = () => {
    void client.knownRooms.refresh(room.id);
    void client.loadConversations();
    onClose();
  };
  return (
    <Dialog title={t('room-settings.title')} onClose={onClose}>
      {conversation ? (
        <div className="dialog-section">
          <h3>{t('notifications.title')}</h3>
          <RoomNotifications client={client} conversation={conversation} />
        </div>
      ) : null}
      {isModerating ? <RoomForm api={api} room={room} isOwning={isOwning} onChanged={changed} /> : null}
      {isModerating ? <InviteSettings api={api} /> : null}
      {isOwning ? <ArchiveRoom api={api} onArchived={changed} /> : null}
    </Dialog>
  );
}
