import type { Message } from '@parley/contracts';
import { memo } from 'react';
import { MessageAttachments } from '../attachments/MessageAttachments.js';
import { Avatar } from '../common/Avatar.js';
import { MessageText } from '../common/MessageText.js';
import { clockTime, fullTime } from '../common/times.js';

interface MessageRowProps {
  readonly rowKey: string;
  readonly message: Message;
  /** Stands under the name of the message above. */
  readonly isGrouped: boolean;
}

export const MessageRow = memo(function MessageRow({ rowKey, message, isGrouped }: MessageRowProps) {
  const { sender, createdAt } = message;
  if (message.kind === 'system' || !sender)
    return (
      <li className="message system" data-key={rowKey}>
        <MessageText text={message.text} />
      </li>
    );
  return (
    <li className="message" data-key={rowKey} data-grouped={isGrouped}>
      {isGrouped ? null : <Avatar url={sender.avatarUrl} />}
      <div className="message-head">
        <bdi className={isGrouped ? 'visually-hidden' : 'message-sender'}>{sender.displayName}</bdi>
        <time className="message-time" dateTime={createdAt} title={fullTime(createdAt)}>
          {clockTime(createdAt)}
        </time>
      </div>
      {message.text === '' && !message.deletedAt ? null : (
        <MessageText text={message.deletedAt ? 'This message was deleted.' : message.text} />
      )}
      <MessageAttachments attachments={message.attachments} />
    </li>
  );
});
