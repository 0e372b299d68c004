import type { Room } from '@parley/contracts';
import { useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { titleOf } from '../../state/conversations.js';
import type { Router } from '../app/router.js';
import { Icon } from '../common/Icon.js';
import { Link } from '../common/Link.js';
import { onDemand } from '../common/on-demand.js';
import { t } from '../../texts/texts.js';
import { RoomActions } from './RoomActions.js';
import { RoomBadge } from '../sidebar/RoomBadge.js';

const LeaveDialog = onDemand(async () => (await import('./LeaveDialog.js')).LeaveDialog);

interface RoomHeaderProps {
  readonly client: ChatClient;
  readonly router: Router;
  readonly room: Room;
  readonly isMember: boolean;
}

export function RoomHeader({ client, router, room, isMember }: RoomHeaderProps) {
  const [isLeaving, setLeaving] = useState(false);
  const title = titleOf(room);
  const about =
    room.kind === 'direct'
      ? `@${room.peer?.username ?? ''}`
      : t('common.members', { count: room.memberCount }) + (room.topic ? ` · ${room.topic}` : '');
  return (
    <header className="room-header">
      <Link router={router} href="/chat" className="icon-button back" aria-label={t('room.back')}>
        <Icon name="back" />
      </Link>
      <RoomBadge room={room} />
      <div className="room-titles">
        <h1>{title}</h1>
        <p className="hint">
          <bdi>{about}</bdi>
        </p>
      </div>
      <RoomActions client={client} room={room} isMember={isMember} />
      {isMember && room.kind === 'room' ? (
        <button
          type="button"
          className="icon-button"
          aria-label={t('room.leaveWhich', { title })}
          title={t('room.leaveThis')}
          onClick={() => setLeaving(true)}
        >
          <Icon name="leave" />
        </button>
      ) : null}
      {isLeaving ? <LeaveDialog client={client} router={router} room={room} onClose={() => setLeaving(false)} /> : null}
    </header>
  );
}
