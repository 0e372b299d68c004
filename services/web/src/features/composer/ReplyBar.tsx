import type { ChatClient } from '../../state/chat-client.js';
import { Icon } from '../common/Icon.js';
import { Text } from '../common/Text.js';
import { useStore } from '../common/use-store.js';
import { t } from '../../texts/texts.js';
import { useOneLine } from '../markdown/use-document.js';

/** Says beside the composer what the next message answers. */
export function ReplyBar({ client, roomId }: { client: ChatClient; roomId: string }) {
  const message = useStore(client.actions.replies).get(roomId);
  const text = useOneLine(message?.text ?? '');
  if (!message) return null;
  return (
    <div className="reply-bar">
      <p role="status">
        <Text
          of="changing.replyingTo"
          values={{
            name: <bdi>{message.sender?.displayName ?? t('changing.aMessage')}</bdi>,
            text: <span dir="auto">{text || t('changing.aFile')}</span>,
          }}
        />
      </p>
      <button
        type="button"
        className="icon-button"
        aria-label={t('changing.stopReplying')}
        onClick={() => client.actions.stopReplying(roomId)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
