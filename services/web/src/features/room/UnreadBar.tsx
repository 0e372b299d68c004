import type { HistoryAnswer } from '@parley/contracts';
import { useEffect, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { markRead } from '../../state/unread.js';
import { Icon } from '../common/Icon.js';
import { Text } from '../common/Text.js';
import { clockTime } from '../common/times.js';
import { t } from '../../texts/texts.js';
import { isNewTo, type Row } from './message-rows.js';

const SEEN_AFTER_MS = 500;
/** One's own messages and the system's may stand before the first that is new. */
const FIRST_FEW = 10;

interface UnreadBarProps {
  readonly client: ChatClient;
  readonly roomId: string;
  readonly rows: readonly Row[];
  /** The read marker when the room was opened. */
  readonly readSeq: number | undefined;
  readonly newestSeq: number;
  /** The indexes of the rows in sight. */
  readonly inSight: { readonly startIndex: number; readonly endIndex: number } | null;
  readonly onJump: () => void;
}

/** What had not been read when the room was opened, as long as it lies above the view: how much, since when, and the way there. */
export function UnreadBar({ client, roomId, rows, readSeq, newestSeq, inSight, onJump }: UnreadBarProps) {
  const [count] = useState(() => client.conversations.store.get().get(roomId)?.unreadCount ?? 0);
  const [asked, setAsked] = useState<string>();
  const [isDone, setDone] = useState(false);
  const [error, setError] = useState<string>();
  const line = rows.findIndex((row) => row.leads.some(({ kind }) => kind === 'new'));
  const isInSight = inSight !== null && line >= inSight.startIndex && line <= inSight.endIndex;
  // A line that is not loaded lies above everything that is.
  const isAbove = inSight !== null && line < inSight.startIndex;
  useEffect(() => {
    if (!isInSight) return undefined;
    // It has been seen: whoever scrolls on knows of it. On the way to the end it may come by for a frame.
    const timer = setTimeout(() => setDone(true), SEEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isInSight]);
  const since = rows[line]?.leads.find((lead) => lead.kind === 'new')?.since ?? asked;
  const mustAsk = line === -1 && count > 0 && readSeq !== undefined;
  useEffect(() => {
    if (!mustAsk) return undefined;
    let isGone = false;
    const show = ({ messages }: HistoryAnswer) => {
      if (!isGone) setAsked(messages.find((message) => isNewTo(client.me.id, message, readSeq))?.createdAt);
    };
    // Without an answer it says how much is new, but not since when.
    client.api.history(roomId, { after: readSeq }, FIRST_FEW).then(show, () => undefined);
    return () => {
      isGone = true;
    };
  }, [client, roomId, readSeq, mustAsk]);
  if (count === 0 || !readSeq || isDone || !isAbove) return null;

  const finish = () => {
    setDone(true);
    markRead(client, roomId, newestSeq).catch(() => {
      setDone(false);
      setError(t('room.notReached'));
    });
  };
  return (
    <div className="unread-bar">
      <p>
        {error ?? (
          <Text
            of={since === undefined ? 'room.newMessages' : 'room.newMessagesSince'}
            values={{ count, time: since === undefined ? null : <time dateTime={since}>{clockTime(since)}</time> }}
          />
        )}
      </p>
      <button type="button" className="button" onClick={onJump}>
        <Icon name="up" /> {t('room.jump')}
      </button>
      <button type="button" className="button" onClick={finish}>
        {t('room.markRead')}
      </button>
    </div>
  );
}
