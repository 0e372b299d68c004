import type { Message } from '@parley/contracts';
import { useEffect, useRef, useState } from 'react';
import { t } from '../../texts/texts.js';

/** A burst is one announcement. */
const GATHER_MS = 1_500;

/** Reads new messages of others to screen readers: author and text for one, the number for many. */
export function Announcer({ messages, ownUserId }: { messages: readonly Message[]; ownUserId: string }) {
  const [text, setText] = useState('');
  const announcedSeq = useRef<number>(undefined);
  const newest = messages.at(-1)?.seq;
  const latest = useRef(messages);
  latest.current = messages;

  useEffect(() => {
    // What is there when the room opens is read by whoever wants to, not read out.
    if (newest === undefined || announcedSeq.current === undefined) {
      announcedSeq.current = newest;
      return undefined;
    }
    const timer = setTimeout(() => {
      const fresh = latest.current.filter((message) => message.seq > announcedSeq.current! && message.sender?.id !== ownUserId);
      announcedSeq.current = newest;
      if (fresh.length === 1)
        setText(`${fresh[0]!.sender?.displayName ?? ''}: ${fresh[0]!.text || t('room.files', { count: fresh[0]!.attachments.length })}`);
      else if (fresh.length > 1) setText(t('room.newMessages', { count: fresh.length }));
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [newest, ownUserId]);

  return (
    <div className="visually-hidden" aria-live="polite">
      {text}
    </div>
  );
}
