import { memo } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import type { PendingMessage } from '../../state/outbox.js';
import type { Router } from '../app/router.js';
import { MessageAttachments } from '../attachments/MessageAttachments.js';
import { PendingFiles } from '../attachments/PendingFiles.js';
import { Avatar } from '../common/Avatar.js';
import { copyText } from '../common/copy-text.js';
import { MessageText } from '../markdown/MessageText.js';
import { clockTime } from '../common/times.js';
import { useStore } from '../common/use-store.js';
import { t } from '../../texts/texts.js';
import { codeText, errorText } from '../../texts/error-text.js';

/** One's own message until it arrives. */
export const PendingRow = memo(function PendingRow({
  client,
  router,
  entry,
  isGrouped,
}: {
  client: ChatClient;
  router: Router;
  entry: PendingMessage;
  isGrouped: boolean;
}) {
  const { me } = client;
  const { outbox } = client.unsent;
  const isOnline = useStore(client.connectionState).status === 'online';
  return (
    <div className="message" data-grouped={isGrouped} data-state={entry.state}>
      {isGrouped ? null : <Avatar url={me.avatarUrl} />}
      <div className="message-head">
        <bdi className={isGrouped ? 'visually-hidden' : 'message-sender'}>{me.displayName}</bdi>
        <time className="message-time" dateTime={entry.createdAt}>
          {clockTime(entry.createdAt)}
        </time>
      </div>
      {entry.text === '' ? null : <MessageText client={client} router={router} text={entry.text} />}
      <MessageAttachments attachments={entry.attachments ?? []} />
      <PendingFiles files={entry.files ?? []} />
      {entry.state === 'failed' ? (
        <div className="message-failure">
          <p className="error" role="alert">
            {t('room.notSent', { why: entry.error ? codeText(entry.error.code, entry.error.message) : '' })}
          </p>
          <div className="button-row">
            <button type="button" className="button" onClick={() => void outbox.retry(entry.clientMsgId)}>
              {t('room.retry')}
            </button>
            <button
              type="button"
              className="button"
              onClick={() =>
                void copyText(entry.text).then(
                  () => client.notices.say(t('account.copied')),
                  (error: unknown) => client.notices.say(errorText(error)),
                )
              }
            >
              {t('room.copy')}
            </button>
            <button type="button" className="button" onClick={() => void outbox.discard(entry.clientMsgId)}>
              {t('room.discard')}
            </button>
          </div>
        </div>
      ) : (
        <p className="message-progress">{t(entry.state === 'accepted' ? 'room.sent' : isOnline ? 'room.sending' : 'room.waiting')}</p>
      )}
    </div>
  );
});
