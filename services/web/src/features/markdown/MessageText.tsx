import { isOnlyEmoji } from '@parley/markdown';
import { memo, useMemo } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import type { Router } from '../app/router.js';
import { Blocks } from './Blocks.js';
import { useDocument } from './use-document.js';

interface MessageTextProps {
  readonly client: ChatClient;
  readonly router: Router;
  readonly text: string;
  /** Lower-cased names of people whom the message mentions, parted by blanks. */
  readonly names?: string;
}

/** The text of a message, built of elements: nothing in it is ever read as HTML. */
export const MessageText = memo(function MessageText({ client, router, text, names = '' }: MessageTextProps) {
  const document = useDocument(text);
  const context = useMemo(
    () => ({ client, router, mentioned: new Set(names.split(' ').filter(Boolean)), ownName: client.me.username.toLowerCase() }),
    [client, router, names],
  );
  return (
    <div className="message-text" data-large={isOnlyEmoji(text)}>
      <Blocks blocks={document} context={context} />
    </div>
  );
});
