import type { UnreadReason } from '@parley/contracts';
import { useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { titleOf } from '../../state/conversations.js';
import { previewOf } from '../../state/markdown.js';
import { markRead } from '../../state/unread.js';
import { errorText } from '../../texts/error-text.js';
import { t } from '../../texts/texts.js';
import { messagePath, type Router } from '../app/router.js';
import { Avatar } from '../common/Avatar.js';
import { Dialog } from '../common/Dialog.js';
import { Link } from '../common/Link.js';
import { Notice } from '../common/Notice.js';
import { fullTime, shortTime } from '../common/times.js';
import { useStore } from '../common/use-store.js';
import { useUnread } from './use-unread.js';

const reasonText = (reason: UnreadReason): string => {
  switch (reason) {
    case 'direct':
      return t('unread.direct');
    case 'mention':
      return t('unread.mention');
    case 'everyone':
      return t('unread.everyone');
    case 'reply':
      return t('unread.reply');
    case 'other':
      return t('unread.other');
  }
};

interface UnreadDialogProps {
  readonly client: ChatClient;
  readonly router: Router;
  readonly roomId: string;
  readonly onClose: () => void;
}

/** The messages that the mark of a conversation counts, each with the reason, and nothing else. */
export function UnreadDialog({ client, router, roomId, onClose }: UnreadDialogProps) {
  const conversation = useStore(client.conversations.store).get(roomId);
  const isCounted = conversation?.room.kind === 'room' && conversation.mentionCount > 0;
  const [onlyMine, setOnlyMine] = useState(isCounted);
  const { answer, entries, hasMore, isBusy, error, loadMore } = useUnread(client, roomId, onlyMine);
  const [failure, setFailure] = useState<string>();
  const title = conversation ? titleOf(conversation.room) : '';

  const readAll = () => {
    setFailure(undefined);
    markRead(client, roomId, conversation?.head ?? 0).then(onClose, (reason: unknown) => setFailure(errorText(reason)));
  };
  return (
    <Dialog title={t('unread.title', { room: title })} onClose={onClose}>
      {answer ? <p className="hint">{t('unread.counts', { count: answer.unreadCount, mentions: answer.mentionCount })}</p> : null}
      {isCounted ? (
        <label className="check">
          <input type="checkbox" checked={onlyMine} onChange={(event) => setOnlyMine(event.currentTarget.checked)} />
          <span>{t('unread.onlyMine')}</span>
        </label>
      ) : null}
      <ul aria-label={t('unread.list')} aria-busy={isBusy}>
        {entries.map(({ message, reason }) => (
          <li key={message.id}>
            <Link router={router} href={messagePath(roomId, message.seq)} className="list-button hit" onClick={onClose}>
              {message.sender ? <Avatar url={message.sender.avatarUrl} size={32} /> : null}
              <span className="list-text">
                <span className="hit-about">
                  <bdi className="list-title">{message.sender?.displayName ?? ''}</bdi>
                  <span className="hint">
                    {reasonText(reason)} · <time title={fullTime(message.createdAt)}>{shortTime(message.createdAt)}</time>
                  </span>
                </span>
                <span className="hit-text" dir="auto">
                  {previewOf(message) || t('common.deleted')}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {!isBusy && !hasMore && entries.length === 0 && error === undefined ? <Notice title={t('unread.nothing')} /> : null}
      <p className="error" role="alert">
        {failure ?? error}
      </p>
      <div className="button-row">
        {hasMore ? (
          <button type="button" className="button" disabled={isBusy} onClick={loadMore}>
            {t('unread.more')}
          </button>
        ) : null}
        <Link router={router} href={messagePath(roomId, 'unread')} className="button" onClick={onClose}>
          {t('unread.first')}
        </Link>
        <button type="button" className="button primary" onClick={readAll}>
          {t('unread.markRead')}
        </button>
      </div>
    </Dialog>
  );
}
