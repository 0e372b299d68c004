import { useEffect, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { titleOf } from '../../state/conversations.js';
import type { RoomTimeline } from '../../state/room-timeline.js';
import type { Router } from '../app/router.js';
import { Icon } from '../common/Icon.js';
import { Link } from '../common/Link.js';
import { LoadFailure } from '../common/LoadFailure.js';
import { Notice } from '../common/Notice.js';
import { useStore } from '../common/use-store.js';
import { t } from '../../texts/texts.js';
import { Composer } from '../composer/Composer.js';
import { JoinBar } from './JoinBar.js';
import { MessageList } from './MessageList.js';
import { RoomHeader } from './RoomHeader.js';
import { TypingLine } from './TypingLine.js';

/** One conversation; whoever shows another one makes another page. */
export function RoomPage({ client, router, roomId }: { client: ChatClient; router: Router; roomId: string }) {
  const [timeline, setTimeline] = useState<RoomTimeline>();
  const conversations = useStore(client.conversations.store);
  const lookups = useStore(client.knownRooms.store);
  const room = client.findRoom(roomId);
  const lookup = lookups.get(roomId);

  useEffect(() => {
    setTimeline(client.enterRoom(roomId));
    return () => client.leaveScreen(roomId);
  }, [client, roomId]);

  if (!room) {
    const failure = lookup && 'error' in lookup ? lookup : undefined;
    return (
      <>
        <header className="room-header">
          <Link router={router} href="/chat" className="icon-button back" aria-label={t('room.back')}>
            <Icon name="back" />
          </Link>
        </header>
        {failure === undefined ? (
          <Notice title={t('common.loading')} />
        ) : failure.mayPass ? (
          <LoadFailure title={t('room.cannotOpen')} error={failure.error} onRetry={() => void client.knownRooms.refresh(roomId)} />
        ) : (
          <Notice title={t('room.cannotOpen')}>{failure.error}</Notice>
        )}
      </>
    );
  }
  const title = titleOf(room);
  const isMember = conversations.has(roomId) || room.joined;
  return (
    <>
      <RoomHeader client={client} router={router} room={room} isMember={isMember} />
      {timeline ? (
        <MessageList client={client} router={router} timeline={timeline} title={title} isMember={isMember} />
      ) : (
        <div className="messages" />
      )}
      <TypingLine client={client} roomId={roomId} />
      {room.archivedAt !== null ? (
        <p className="join-bar">{t('room.archived')}</p>
      ) : isMember ? (
        <Composer client={client} room={room} timeline={timeline} title={title} />
      ) : (
        <JoinBar client={client} room={room} />
      )}
    </>
  );
}
