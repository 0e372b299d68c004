import { useEffect } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { nextUnread, sectionsOf } from '../../state/sidebar-sections.js';
import { t } from '../../texts/texts.js';
import { roomPath, type Router } from '../app/router.js';
import { onDemand } from '../common/on-demand.js';
import { useStore } from '../common/use-store.js';
import { moveToRegion } from './regions.js';
import { useCommandCentre, useCommands } from './use-commands.js';

const BrowseRoomsDialog = onDemand(async () => (await import('../sidebar/BrowseRoomsDialog.js')).BrowseRoomsDialog);
const ConnectionDialog = onDemand(async () => (await import('../connection/ConnectionDialog.js')).ConnectionDialog);
const CreateRoomDialog = onDemand(async () => (await import('../sidebar/CreateRoomDialog.js')).CreateRoomDialog);
const PeopleDialog = onDemand(async () => (await import('../sidebar/PeopleDialog.js')).PeopleDialog);
const ProfileDialog = onDemand(async () => (await import('../people/ProfileDialog.js')).ProfileDialog);
const ShortcutsDialog = onDemand(async () => (await import('./ShortcutsDialog.js')).ShortcutsDialog);
const Switcher = onDemand(async () => (await import('../switcher/Switcher.js')).Switcher);

interface ChatCommandsProps {
  readonly client: ChatClient;
  readonly router: Router;
  readonly roomId: string | undefined;
}

/** What can be done wherever one is, and the windows that it opens. */
export function ChatCommands({ client, router, roomId }: ChatCommandsProps) {
  const commands = useCommandCentre();
  const overlay = useStore(commands.overlay);
  const profile = useStore(commands.profile);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      // What lies over the chat has the keyboard to itself.
      if (!document.querySelector('dialog[open]')) commands.press(event);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [commands]);

  useCommands(() => {
    const goUnread = (step: 1 | -1) => {
      const sections = sectionsOf(client.conversations.store.get(), { sort: client.sidebar.store.get().sort });
      const next = nextUnread(sections, roomId, step);
      if (next !== undefined) router.go(roomPath(next));
    };
    return [
      { id: 'switch', group: 'places', label: t('commands.switch'), chords: ['mod+k'], run: () => commands.open('switcher') },
      { id: 'next-unread', group: 'places', label: t('commands.nextUnread'), chords: ['alt+shift+ArrowDown'], run: () => goUnread(1) },
      { id: 'last-unread', group: 'places', label: t('commands.previousUnread'), chords: ['alt+shift+ArrowUp'], run: () => goUnread(-1) },
      { id: 'next-part', group: 'places', label: t('commands.nextPart'), chords: ['F6', 'ctrl+F6'], run: () => moveToRegion(1) },
      {
        id: 'last-part',
        group: 'places',
        label: t('commands.previousPart'),
        chords: ['shift+F6', 'ctrl+shift+F6'],
        run: () => moveToRegion(-1),
      },
      {
        id: 'read-all',
        group: 'rooms',
        label: t('commands.readAll'),
        chords: ['shift+Escape'],
        run: () => void client.readingAll.readAll().catch(() => undefined),
      },
      { id: 'search', group: 'rooms', label: t('commands.search'), chords: ['mod+shift+f'], run: () => commands.isSearching.set(true) },
      { id: 'browse', group: 'rooms', label: t('commands.browse'), run: () => commands.open('browse') },
      { id: 'people', group: 'rooms', label: t('commands.people'), run: () => commands.open('people') },
      { id: 'create', group: 'rooms', label: t('commands.create'), run: () => commands.open('create') },
      { id: 'connection', group: 'places', label: t('commands.connection'), run: () => commands.open('connection') },
      { id: 'shortcuts', group: 'places', label: t('commands.shortcuts'), chords: ['?', 'mod+/'], run: () => commands.open('shortcuts') },
      { id: 'send', group: 'writing', label: t('commands.send'), chords: ['Enter'] },
      { id: 'new-line', group: 'writing', label: t('commands.newLine'), chords: ['shift+Enter'] },
      { id: 'edit-last', group: 'writing', label: t('commands.editLast'), chords: ['ArrowUp'] },
      { id: 'bold', group: 'writing', label: t('commands.bold'), chords: ['mod+b'] },
      { id: 'italic', group: 'writing', label: t('commands.italic'), chords: ['mod+i'] },
      { id: 'code', group: 'writing', label: t('commands.code'), chords: ['mod+e'] },
      { id: 'strike', group: 'writing', label: t('commands.strike'), chords: ['mod+shift+x'] },
    ];
  }, [client, router, commands, roomId]);

  const { close } = commands;
  if (profile)
    return <ProfileDialog key={profile.userId} client={client} router={router} profile={profile} onClose={commands.closeProfile} />;
  switch (overlay) {
    case 'switcher':
      return <Switcher client={client} router={router} roomId={roomId} commands={commands} onClose={close} />;
    case 'shortcuts':
      return <ShortcutsDialog commands={commands} onClose={close} />;
    case 'connection':
      return <ConnectionDialog client={client} onClose={close} />;
    case 'people':
      return <PeopleDialog client={client} router={router} onClose={close} />;
    case 'browse':
      return <BrowseRoomsDialog client={client} router={router} onClose={close} />;
    case 'create':
      return <CreateRoomDialog client={client} router={router} onClose={close} />;
    default:
      return null;
  }
}
