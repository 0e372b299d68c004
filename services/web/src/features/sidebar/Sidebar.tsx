import { useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { sortedByActivity } from '../../state/conversations.js';
import type { Router } from '../app/router.js';
import { Icon } from '../common/Icon.js';
import { Notice } from '../common/Notice.js';
import { onDemand } from '../common/on-demand.js';
import { useStore } from '../common/use-store.js';
import { t } from '../../texts/texts.js';
import { ConversationItem } from './ConversationItem.js';
import { OwnAccount } from './OwnAccount.js';

const BrowseRoomsDialog = onDemand(async () => (await import('./BrowseRoomsDialog.js')).BrowseRoomsDialog);
const CreateRoomDialog = onDemand(async () => (await import('./CreateRoomDialog.js')).CreateRoomDialog);
const PeopleDialog = onDemand(async () => (await import('./PeopleDialog.js')).PeopleDialog);
const SearchDialog = onDemand(async () => (await import('../search/SearchDialog.js')).SearchDialog);

type OpenDialog = 'none' | 'people' | 'browse' | 'create' | 'search';

/** The list of conversations, and the ways to new ones. */
export function Sidebar({ client, router, roomId }: { client: ChatClient; router: Router; roomId: string | undefined }) {
  const [dialog, setDialog] = useState<OpenDialog>('none');
  const conversations = useStore(client.conversations.store);
  const begun = useStore(client.drafts.begun);
  const list = useStore(client.listStatus);
  const close = () => setDialog('none');

  return (
    <nav className="sidebar" aria-label={t('sidebar.conversations')}>
      <header className="sidebar-header">
        {roomId === undefined ? <h1 className="brand">Parley</h1> : <p className="brand">Parley</p>}
        <button
          type="button"
          className="icon-button"
          aria-label={t('search.title')}
          title={t('search.title')}
          onClick={() => setDialog('search')}
        >
          <Icon name="search" />
        </button>
      </header>
      <div className="sidebar-actions">
        <button type="button" className="button" onClick={() => setDialog('people')}>
          <Icon name="people" /> {t('sidebar.people')}
        </button>
        <button type="button" className="button" onClick={() => setDialog('browse')}>
          <Icon name="search" /> {t('sidebar.rooms')}
        </button>
        <button type="button" className="button" onClick={() => setDialog('create')}>
          <Icon name="plus" /> {t('sidebar.newRoom')}
        </button>
      </div>
      <div className="sidebar-list">
        {conversations.size > 0 ? (
          <ul>
            {sortedByActivity(conversations).map((conversation) => (
              <ConversationItem
                key={conversation.room.id}
                conversation={conversation}
                router={router}
                ownUserId={client.me.id}
                isCurrent={conversation.room.id === roomId}
                hasDraft={begun.has(conversation.room.id)}
              />
            ))}
          </ul>
        ) : null}
        {conversations.size === 0 && list.status === 'loading' ? <Notice title={t('sidebar.loading')} /> : null}
        {conversations.size === 0 && list.status === 'ready' ? <Notice title={t('sidebar.none')}>{t('sidebar.noneHint')}</Notice> : null}
        {conversations.size === 0 && list.status === 'failed' ? (
          <Notice
            title={t('common.listFailed')}
            action={
              <button type="button" className="button" onClick={() => void client.loadConversations()}>
                {t('common.tryAgain')}
              </button>
            }
          >
            {list.error}
          </Notice>
        ) : null}
      </div>
      <OwnAccount client={client} />
      {dialog === 'people' ? <PeopleDialog client={client} router={router} onClose={close} /> : null}
      {dialog === 'browse' ? <BrowseRoomsDialog client={client} router={router} onClose={close} /> : null}
      {dialog === 'search' ? <SearchDialog client={client} router={router} onClose={close} /> : null}
      {dialog === 'create' ? <CreateRoomDialog client={client} router={router} onClose={close} /> : null}
    </nav>
  );
}
