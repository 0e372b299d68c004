import { useEffect, useState } from 'react';
import type { ActiveSession } from '@parley/client';
import type { ChatClient } from '../../state/chat-client.js';
import { unreadOf } from '../../state/conversations.js';
import { spokenLanguage, t } from '../../texts/texts.js';
import { Notice } from '../common/Notice.js';
import { onDemand, prefetchParts } from '../common/on-demand.js';
import { ChatCommands } from '../commands/ChatCommands.js';
import { CommandsContext } from '../commands/use-commands.js';
import { useStore } from '../common/use-store.js';
import { InvitePage } from '../invite/InvitePage.js';
import { RoomPage } from '../room/RoomPage.js';
import { Sidebar } from '../sidebar/Sidebar.js';
import { UpdateBar } from '../notifications/UpdateBar.js';
import { useAttention } from '../notifications/use-attention.js';
import { SettingsPage } from '../settings/SettingsPage.js';
import { ConnectionBar } from './ConnectionBar.js';
import { NoticeLines } from './NoticeLines.js';
import type { Route } from './router.js';
import type { Services } from './services.js';
import { useFavicon } from './use-favicon.js';
import { useIdleness } from './use-idleness.js';
import { useLandingRoom } from './use-landing-room.js';
import { TWO_COLUMNS, useMedia } from './use-media.js';
import { useWindowTitle } from './use-window-title.js';

const SearchDialog = onDemand(async () => (await import('../search/SearchDialog.js')).SearchDialog);

type Place = Extract<Route, { readonly name: 'chat' | 'invite' | 'settings' }>;

interface ChatScreenProps {
  readonly services: Services;
  readonly session: ActiveSession;
  readonly place: Place;
}

/** Makes the chat of whoever is logged in, and disposes of it. */
export function ChatScreen({ services, session, place }: ChatScreenProps) {
  const [client, setClient] = useState<ChatClient>();

  useEffect(() => {
    let opened: ChatClient | undefined;
    let isGone = false;
    void services.openChat(session).then((chat) => {
      if (isGone) return chat.dispose();
      opened = chat;
      chat.start();
      setClient(chat);
    });
    return () => {
      isGone = true;
      opened?.dispose();
    };
    // The token changes every few minutes, the person does not: the parent gives each person a screen of their own.
  }, [services]); // oxlint-disable-line react/exhaustive-deps

  // The chat stays when the language changes, its pictures do not.
  const { language } = useStore(spokenLanguage);
  return client ? <Chat key={language} client={client} services={services} place={place} /> : null;
}

function Chat({ client, services, place }: { client: ChatClient; services: Services; place: Place }) {
  const { router } = services;
  const roomId = place.name === 'chat' ? place.roomId : undefined;
  const conversations = useStore(client.conversations.store);
  const isWide = useMedia(TWO_COLUMNS);
  const isSearching = useStore(services.commands.isSearching);
  useLandingRoom(client, router, isWide && place.name === 'chat' ? roomId : null);
  useIdleness(client.presence);
  const unread = unreadOf(conversations);
  useWindowTitle(client, roomId, unread);
  useFavicon(unread);
  useAttention(client, services, unread);

  useEffect(() => void prefetchParts(), []);

  useEffect(() => {
    const check = () => {
      if (document.visibilityState === 'visible') client.checkConnection();
    };
    const leave = () => client.deletions.leave();
    addEventListener('pagehide', leave);
    addEventListener('online', check);
    addEventListener('focus', check);
    document.addEventListener('visibilitychange', check);
    return () => {
      removeEventListener('pagehide', leave);
      removeEventListener('online', check);
      removeEventListener('focus', check);
      document.removeEventListener('visibilitychange', check);
    };
  }, [client]);

  const list = <Sidebar client={client} router={router} roomId={roomId} />;
  const room =
    place.name === 'settings' ? (
      <SettingsPage client={client} router={router} section={place.section} />
    ) : place.name === 'invite' ? (
      <InvitePage client={client} router={router} code={place.code} />
    ) : roomId === undefined ? (
      <Notice title={t('app.nothingOpen')}>{t('app.pickOne')}</Notice>
    ) : (
      <RoomPage key={roomId} client={client} router={router} roomId={roomId} />
    );
  return (
    <CommandsContext value={services.commands}>
      <div className="chat">
        <div className="bars">
          <ConnectionBar client={client} />
          <UpdateBar workers={services.workers} />
        </div>
        <NoticeLines notices={client.notices} />
        <ChatCommands client={client} router={router} roomId={roomId} />
        {isWide ? list : null}
        {isWide || roomId !== undefined || place.name !== 'chat' ? (
          <main className="room">{room}</main>
        ) : (
          <main className="only-list">{list}</main>
        )}
        {isSearching ? <SearchDialog client={client} router={router} onClose={() => services.commands.isSearching.set(false)} /> : null}
      </div>
    </CommandsContext>
  );
}
