import type { ChatClient } from '../../state/chat-client.js';
import { Icon } from '../common/Icon.js';
import { useStore } from '../common/use-store.js';
import { useOneLine } from '../markdown/use-document.js';

/** Says beside the composer what the next message answers. */
export function ReplyBar({ client, roomId }: { client: ChatClient; roomId: string }) {
  const message = useStore(client.actions.replies).get(roomId);
  const text = useOneLine(message?.text ?? '');
  if (!message) return null;
  return (
    <div className="reply-bar">
      <p role="status">
        Replying to <bdi>{message.sender?.displayName ?? 'a message'}</bdi>: <span dir="auto">{text || 'a file'}</span>
      </p>
      <button type="button" className="icon-button" aria-label="Do not reply" onClick={() => client.actions.stopReplying(roomId)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
