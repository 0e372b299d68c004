import type { Room, SearchHit } from '@parley/contracts';
import { useEffect } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { titleOf } from '../../state/conversations.js';
import { Avatar } from '../common/Avatar.js';
import { fullTime, shortTime } from '../common/times.js';
import { useStore } from '../common/use-store.js';
import { t } from '../../texts/texts.js';
import { snippetParts } from './snippet-parts.js';

/** One message that was found: where, by whom, when, and the piece of it that fits. */
export function HitButton({ client, hit, onOpen }: { client: ChatClient; hit: SearchHit; onOpen: () => void }) {
  const { message, snippet } = hit;
  const room = useRoom(client, message.roomId);
  const files = message.attachments.map(({ name }) => name).join(', ');
  return (
    <button type="button" className="list-button hit" onClick={onOpen}>
      {message.sender ? <Avatar url={message.sender.avatarUrl} size={32} /> : null}
      <span className="list-text">
        <span className="hit-about">
          <bdi className="list-title">{message.sender?.displayName ?? t('common.somebody')}</bdi>
          <span className="hint">
            {room ? <bdi>{titleOf(room)}</bdi> : '…'} · <time title={fullTime(message.createdAt)}>{shortTime(message.createdAt)}</time>
          </span>
        </span>
        <span className="hit-text" dir="auto">
          {snippetParts(snippet).map(({ at, text, isMarked }) => (isMarked ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>))}
        </span>
        {files === '' ? null : <span className="hint">{files}</span>}
      </span>
    </button>
  );
}

/** Public rooms that one is not in have to be asked for. */
function useRoom(client: ChatClient, roomId: string): Room | undefined {
  useStore(client.knownRooms.store);
  useStore(client.conversations.store);
  const room = client.findRoom(roomId);
  const isUnknown = room === undefined;
  useEffect(() => {
    if (isUnknown) void client.knownRooms.refresh(roomId);
  }, [client, roomId, isUnknown]);
  return room;
}
