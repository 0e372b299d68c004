import type { Message } from '@parley/contracts';
import { useEffect, useRef, useState } from 'react';
import { announcementOf } from './announcement.js';

/** A burst is one announcement. */
const GATHER_MS = 1_500;
/** However much is written, nobody is talked at all the time. */
const QUIET_MS = 6_000;

/** Reads new messages of others to screen readers: author and text for one, numbers for many. */
export function Announcer({ messages, ownUserId }: { messages: readonly Message[]; ownUserId: string }) {
  const [said, setSaid] = useState({ count: 0, text: '' });
  const announcedSeq = useRef<number>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const lastAt = useRef(-Infinity);
  const newest = messages.at(-1)?.seq;
  const latest = useRef(messages);
  latest.current = messages;

  useEffect(() => {
    // What is there when the room opens is read by whoever wants to, not read out.
    if (newest === undefined || announcedSeq.current === undefined) {
      announcedSeq.current = newest;
      return;
    }
    timer.current ??= setTimeout(
      () => {
        timer.current = undefined;
        lastAt.current = performance.now();
        const fresh = latest.current.filter(({ seq, sender }) => seq > announcedSeq.current! && sender?.id !== ownUserId);
        announcedSeq.current = latest.current.at(-1)?.seq ?? announcedSeq.current;
        const text = announcementOf(fresh, ownUserId);
        if (text !== '') setSaid(({ count }) => ({ count: count + 1, text }));
      },
      Math.max(GATHER_MS, lastAt.current + QUIET_MS - performance.now()),
    );
  }, [newest, ownUserId]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );

  return (
    <div className="visually-hidden" aria-live="polite">
      {/* The same words twice are said twice. */}
      <span key={said.count}>{said.text}</span>
    </div>
  );
}
