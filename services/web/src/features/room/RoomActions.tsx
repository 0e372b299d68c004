import type { Room } from '@parley/contracts';
import { useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { titleOf } from '../../state/conversations.js';
import { FavouriteButton } from '../conversations/FavouriteButton.js';
import { Icon } from '../common/Icon.js';
import { onDemand } from '../common/on-demand.js';
import { RoomNotificationsButton } from '../notifications/RoomNotificationsButton.js';
import { rightsIn } from '../members/member-rights.js';
import { t } from '../../texts/texts.js';

const MembersDialog = onDemand(async () => (await import('../members/MembersDialog.js')).MembersDialog);
const RoomSettingsDialog = onDemand(async () => (await import('../room-settings/RoomSettingsDialog.js')).RoomSettingsDialog);

/** The buttons of a room that open its members and its settings. */
export function RoomActions({ client, room, isMember }: { client: ChatClient; room: Room; isMember: boolean }) {
  const [dialog, setDialog] = useState<'members' | 'settings'>();
  const title = titleOf(room);
  const close = () => setDialog(undefined);
  const hasSettings = isMember || rightsIn(room, client.me).isModerating;
  return (
    <>
      {isMember ? <FavouriteButton client={client} roomId={room.id} title={title} /> : null}
      {room.kind === 'room' ? (
        <button
          type="button"
          className="icon-button"
          aria-label={t('room.membersOf', { title })}
          title={t('members.title')}
          onClick={() => setDialog('members')}
        >
          <Icon name="people" />
        </button>
      ) : null}
      <RoomNotificationsButton client={client} roomId={room.id} />
      {hasSettings ? (
        <button
          type="button"
          className="icon-button"
          aria-label={t('room.settingsOf', { title })}
          title={t('room.settings')}
          onClick={() => setDialog('settings')}
        >
          <Icon name="settings" />
        </button>
      ) : null}
      {dialog === 'members' ? <MembersDialog client={client} room={room} onClose={close} /> : null}
      {dialog === 'settings' ? <RoomSettingsDialog client={client} room={room} onClose={close} /> : null}
    </>
  );
}
