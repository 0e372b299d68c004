import { useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import type { Router } from '../app/router.js';
import { Avatar } from '../common/Avatar.js';
import { Dialog } from '../common/Dialog.js';
import { Icon } from '../common/Icon.js';
import { onDemand } from '../common/on-demand.js';
import { Link } from '../common/Link.js';
import { useStore } from '../common/use-store.js';
import { errorText } from '../../texts/error-text.js';
import { t } from '../../texts/texts.js';

const NotificationsDialog = onDemand(async () => (await import('../notifications/NotificationsDialog.js')).NotificationsDialog);

/** Who is logged in, and the way out. */
export function OwnAccount({ client, router }: { client: ChatClient; router: Router }) {
  const me = useStore(client.people.store).get(client.me.id) ?? client.me;
  const [isAsking, setAsking] = useState(false);
  const [isNotifying, setNotifying] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  const logOut = () => {
    setBusy(true);
    setError(undefined);
    client
      .logOut()
      .catch((reason: unknown) => {
        setError(errorText(reason));
        setAsking(true);
      })
      .finally(() => setBusy(false));
  };

  return (
    <footer className="own-account">
      <Avatar url={me.avatarUrl} size={32} />
      <span className="own-name">
        <bdi>{me.displayName}</bdi>
        <bdi className="hint">@{client.me.username}</bdi>
      </span>
      <Link router={router} href="/settings" className="icon-button" aria-label={t('settings.open')} title={t('settings.open')}>
        <Icon name="settings" />
      </Link>
      <button
        type="button"
        className="icon-button"
        aria-label={t('notifications.title')}
        title={t('notifications.title')}
        aria-haspopup="dialog"
        onClick={() => setNotifying(true)}
      >
        <Icon name="bell" />
      </button>
      {isNotifying ? <NotificationsDialog client={client} onClose={() => setNotifying(false)} /> : null}
      <button
        type="button"
        className="icon-button"
        aria-label={t('sidebar.logOut')}
        title={t('sidebar.logOut')}
        disabled={isBusy}
        onClick={() => (client.unsent.outbox.unsentCount > 0 ? setAsking(true) : logOut())}
      >
        <Icon name="off" />
      </button>
      {isAsking ? (
        <Dialog title={t('sidebar.logOut')} onClose={() => setAsking(false)}>
          {error ? (
            <p className="error" role="alert">
              {error}
            </p>
          ) : null}
          {client.unsent.outbox.unsentCount > 0 ? <p>{t('sidebar.unsentLost', { count: client.unsent.outbox.unsentCount })}</p> : null}
          <div className="button-row">
            <button type="button" className="button" onClick={() => setAsking(false)}>
              {t('room.stay')}
            </button>
            <button type="button" className="button primary" disabled={isBusy} onClick={logOut}>
              {t('sidebar.logOut')}
            </button>
          </div>
        </Dialog>
      ) : null}
    </footer>
  );
}
