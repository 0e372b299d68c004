import type { Message } from '@parley/contracts';
import { memo } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { MessageAttachments } from '../attachments/MessageAttachments.js';
import { MessageMenu } from '../changing/MessageMenu.js';
import type { Router } from '../app/router.js';
import { EditedMark } from '../changing/EditedMark.js';
import { QuoteLine } from '../changing/QuoteLine.js';
import { ReactionBar } from '../changing/ReactionBar.js';
import { useMentionedNames } from '../changing/use-mentioned-names.js';
import { ProfileButton } from '../people/ProfileButton.js';
import { Avatar } from '../common/Avatar.js';
import { MessageText } from '../markdown/MessageText.js';
import { clockTime, fullTime } from '../common/times.js';
import { useStore } from '../common/use-store.js';
import { announcementText } from '../../texts/announcement-text.js';
import { t } from '../../texts/texts.js';

interface MessageRowProps {
  readonly client: ChatClient;
  readonly router: Router;
  /** May react, answer, and change one's own. */
  readonly canWrite: boolean;
  readonly message: Message;
  /** Stands under the name of the message above. */
  readonly isGrouped: boolean;
}

export const MessageRow = memo(function MessageRow({ client, router, canWrite, message, isGrouped }: MessageRowProps) {
  const { sender, createdAt, mentions } = message;
  const names = useMentionedNames(client, message);
  const isHidden = useStore(client.deletions.hidden).has(message.id);
  const isGone = isHidden || message.deletedAt !== null;
  const isForMe = mentions.userIds.includes(client.me.id) || (mentions.everyone && sender?.id !== client.me.id);
  if (message.kind === 'system' || !sender)
    return (
      <div className="message system">
        <p className="message-text" dir="auto">
          {message.announcement ? announcementText(message.announcement, client.me.id) : message.text}
        </p>
      </div>
    );
  return (
    <div className="message" data-grouped={isGrouped} data-mentions-me={isForMe}>
      {isGrouped ? null : (
        <ProfileButton user={sender} roomId={message.roomId} className="message-picture" isForPointers>
          <Avatar url={sender.avatarUrl} />
        </ProfileButton>
      )}
      <div className="message-head">
        {isGrouped ? (
          <bdi className="visually-hidden">{sender.displayName}</bdi>
        ) : (
          <ProfileButton user={sender} roomId={message.roomId} className="message-sender">
            <bdi>{sender.displayName}</bdi>
          </ProfileButton>
        )}
        <time className="message-time" dateTime={createdAt} title={fullTime(createdAt)}>
          {clockTime(createdAt)}
        </time>
        {message.editedAt !== null && !isGone ? <EditedMark client={client} message={message} /> : null}
        {isForMe ? <span className="visually-hidden">{t('room.mentionsYou')}</span> : null}
      </div>
      {message.replyTo ? <QuoteLine router={router} roomId={message.roomId} quote={message.replyTo} /> : null}
      {isGone ? (
        <p className="message-text">{t('common.deleted')}</p>
      ) : message.text === '' ? null : (
        <MessageText client={client} router={router} text={message.text} names={names} />
      )}
      {isGone ? null : <MessageAttachments attachments={message.attachments} />}
      {isGone ? null : <ReactionBar client={client} message={message} canReact={canWrite} />}
      {canWrite && !isGone ? <MessageMenu client={client} message={message} /> : null}
    </div>
  );
});
