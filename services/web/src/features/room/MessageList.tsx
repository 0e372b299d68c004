import { useEffect, useMemo, useRef } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import type { RoomTimeline } from '../../state/room-timeline.js';
import { Icon } from '../common/Icon.js';
import { Notice } from '../common/Notice.js';
import { dayName } from '../common/times.js';
import { useStore } from '../common/use-store.js';
import { Announcer } from './Announcer.js';
import { GapRow } from './GapRow.js';
import { MemberNoticeRow } from './MemberNoticeRow.js';
import { MessageRow } from './MessageRow.js';
import { rowsOf } from './message-rows.js';
import { PendingRow } from './PendingRow.js';
import { useReadMarker } from './use-read-marker.js';
import { useScrollAnchor } from './use-scroll-anchor.js';

interface MessageListProps {
  readonly client: ChatClient;
  readonly timeline: RoomTimeline;
  readonly title: string;
  readonly isMember: boolean;
}

/** The messages of a room: history above, what is on its way below. */
export function MessageList({ client, timeline, title, isMember }: MessageListProps) {
  const { status, error, messages, hasMoreBefore, isLoadingBefore, beforeError, openedAtSeq } = useStore(timeline.store);
  const outbox = useStore(client.outbox.store);
  const pending = useMemo(() => outbox.filter((entry) => entry.roomId === timeline.roomId), [outbox, timeline]);
  const notices = useStore(client.memberNotices.store);
  const rows = useMemo(
    () => rowsOf({ messages, pending, notices, readSeq: isMember ? openedAtSeq : undefined, ownUserId: client.me.id }),
    [messages, pending, notices, openedAtSeq, isMember, client],
  );
  const scrolling = useScrollAnchor(rows, () => {
    if (hasMoreBefore && !isLoadingBefore && beforeError === undefined) void timeline.loadBefore();
  });
  const newestSeq = timeline.lastSeq;
  const isEmpty = messages.length === 0 && pending.length === 0;
  const { isAtBottom, toBottom } = scrolling;
  useReadMarker(client, { roomId: timeline.roomId, newestSeq, isAtBottom, isMember: isMember && status === 'ready' });
  useFollowOwnMessages(pending.at(-1)?.clientMsgId, toBottom);
  const unseen = useUnseen(newestSeq, isAtBottom);
  useEffect(() => {
    if (isAtBottom) timeline.trim();
  }, [isAtBottom, timeline, newestSeq]);

  return (
    <div className="messages">
      <div
        className="messages-scroll"
        ref={scrolling.containerRef}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable with the keyboard
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={`Messages in ${title}`}
      >
        <div className="messages-top">
          {beforeError !== undefined ? (
            <p>
              {beforeError}{' '}
              <button type="button" className="link-button" onClick={() => void timeline.loadBefore()}>
                Try again
              </button>
            </p>
          ) : null}
          {isLoadingBefore ? <p role="status">Loading older messages…</p> : null}
          {status === 'ready' && !hasMoreBefore && !isEmpty ? <p className="hint">This is the beginning of {title}.</p> : null}
        </div>
        {status === 'failed' ? <Notice title="These messages cannot be shown">{error}</Notice> : null}
        {status === 'opening' && pending.length === 0 ? <Notice title="Loading messages…" /> : null}
        {status === 'ready' && isEmpty ? <Notice title="No messages yet">{isMember ? 'Write the first one.' : null}</Notice> : null}
        <ol className="message-rows" ref={scrolling.listRef}>
          {rows.map((row) => {
            switch (row.kind) {
              case 'day':
                return (
                  <li key={row.key} className="divider">
                    <span>{dayName(row.day)}</span>
                  </li>
                );
              case 'new':
                return (
                  <li key={row.key} className="divider new">
                    <span>New</span>
                  </li>
                );
              case 'gap':
                return <GapRow key={row.key} timeline={timeline} gap={row.gap} />;
              case 'message':
                return (
                  <MessageRow
                    key={row.key}
                    client={client}
                    canWrite={isMember}
                    rowKey={row.key}
                    message={row.message}
                    isGrouped={row.isGrouped}
                  />
                );
              case 'members':
                return <MemberNoticeRow key={row.key} notice={row.notice} ownUserId={client.me.id} />;
              case 'pending':
                return <PendingRow key={row.key} client={client} entry={row.entry} isGrouped={row.isGrouped} />;
            }
          })}
        </ol>
      </div>
      {isAtBottom ? null : (
        <button type="button" className="jump button" onClick={toBottom}>
          <Icon name="down" /> {unseen > 0 ? `${unseen} new ${unseen === 1 ? 'message' : 'messages'}` : 'Newest messages'}
        </button>
      )}
      <Announcer messages={messages} ownUserId={client.me.id} />
    </div>
  );
}

/** Whoever sends wants to see it. */
function useFollowOwnMessages(newestOwn: string | undefined, toBottom: () => void): void {
  const seen = useRef(newestOwn);
  useEffect(() => {
    if (newestOwn !== undefined && newestOwn !== seen.current) toBottom();
    seen.current = newestOwn;
  });
}

/** Messages that came below what is in sight. */
function useUnseen(newestSeq: number, isAtBottom: boolean): number {
  const seen = useRef(newestSeq);
  if (isAtBottom) seen.current = newestSeq;
  return newestSeq - seen.current;
}
