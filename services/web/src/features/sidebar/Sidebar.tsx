import type { ChatClient } from '../../state/chat-client.js';
import type { Router } from '../app/router.js';
import { useCommandCentre } from '../commands/use-commands.js';
import { Icon } from '../common/Icon.js';
import { LoadFailure } from '../common/LoadFailure.js';
import { Notice } from '../common/Notice.js';
import { useStore } from '../common/use-store.js';
import { t } from '../../texts/texts.js';
import { ConversationList } from '../conversations/ConversationList.js';
import { ListTools } from '../conversations/ListTools.js';
import { OwnAccount } from './OwnAccount.js';

/** The list of conversations, and the ways to new ones. */
export function Sidebar({ client, router, roomId }: { client: ChatClient; router: Router; roomId: string | undefined }) {
  const commands = useCommandCentre();
  const conversations = useStore(client.conversations.store);
  const list = useStore(client.listStatus);

  return (
    <nav className="sidebar" aria-label={t('sidebar.conversations')}>
      <header className="sidebar-header">
        {roomId === undefined ? <h1 className="brand">Parley</h1> : <p className="brand">Parley</p>}
        <button
          type="button"
          className="icon-button"
          aria-label={t('search.title')}
          title={t('search.title')}
          onClick={() => commands.isSearching.set(true)}
        >
          <Icon name="search" />
        </button>
      </header>
      <div className="sidebar-actions">
        <button type="button" className="button" onClick={() => commands.open('people')}>
          <Icon name="people" /> {t('sidebar.people')}
        </button>
        <button type="button" className="button" onClick={() => commands.open('browse')}>
          <Icon name="search" /> {t('sidebar.rooms')}
        </button>
        <button type="button" className="button" onClick={() => commands.open('create')}>
          <Icon name="plus" /> {t('sidebar.newRoom')}
        </button>
      </div>
      {conversations.size > 0 ? <ListTools client={client} /> : null}
      <div className="sidebar-list">
        {conversations.size > 0 ? <ConversationList client={client} router={router} roomId={roomId} /> : null}
        {conversations.size === 0 && list.status === 'loading' ? <Notice title={t('sidebar.loading')} /> : null}
        {conversations.size === 0 && list.status === 'ready' ? <Notice title={t('sidebar.none')}>{t('sidebar.noneHint')}</Notice> : null}
        {conversations.size === 0 && list.status === 'failed' ? (
          <LoadFailure error={list.error} onRetry={() => void client.loadConversations()} />
        ) : null}
      </div>
      <OwnAccount client={client} router={router} />
    </nav>
  );
}
