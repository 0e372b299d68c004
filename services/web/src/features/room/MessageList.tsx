import { useEffect, useMemo } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import type { RoomTimeline } from '../../state/room-timeline.js';
import type { Router } from '../app/router.js';
import { Icon } from '../common/Icon.js';
import { Notice } from '../common/Notice.js';
import { useStore } from '../common/use-store.js';
import { t } from '../../texts/texts.js';
import { Announcer } from './Announcer.js';
import { ListRow } from './ListRow.js';
import { ListTop } from './ListTop.js';
import { rowsOf } from './message-rows.js';
import { UnreadBar } from './UnreadBar.js';
import { useFollowOwnMessages, useUnseen } from './use-arrivals.js';
import { useJump } from './use-jump.js';
import { useMessageKeys } from './use-message-keys.js';
import { useMessageVirtualizer } from './use-message-virtualizer.js';
import { useReadMarker } from './use-read-marker.js';

interface MessageListProps {
  readonly client: ChatClient;
  readonly router: Router;
  readonly timeline: RoomTimeline;
  readonly title: string;
  readonly isMember: boolean;
}

/** The messages of a room: history above, what is on its way below. Only what is near the view is in the page. */
export function MessageList({ client, router, timeline, title, isMember }: MessageListProps) {
  const { status, error, messages, hasMoreBefore, isLoadingBefore, beforeError, openedAtSeq } = useStore(timeline.store);
  const outbox = useStore(client.unsent.outbox.store);
  const pending = useMemo(() => outbox.filter((entry) => entry.roomId === timeline.roomId), [outbox, timeline]);
  const notices = useStore(client.memberNotices.store);
  const readSeq = isMember ? openedAtSeq : undefined;
  const rows = useMemo(
    () => rowsOf({ messages, pending, notices, readSeq, ownUserId: client.me.id }),
    [messages, pending, notices, readSeq, client],
  );
  const scrolling = useMessageVirtualizer(rows, () => {
    if (hasMoreBefore && !isLoadingBefore && beforeError === undefined) void timeline.loadBefore();
  });
  const { virtualizer, containerRef, isAtBottom, toBottom } = scrolling;
  const newestSeq = timeline.lastSeq;
  const isEmpty = messages.length === 0 && pending.length === 0;
  const isReady = status === 'ready';
  useReadMarker(client, { roomId: timeline.roomId, newestSeq, isAtBottom, isMember: isMember && isReady });
  useFollowOwnMessages(pending.at(-1)?.clientMsgId, toBottom);
  const unseen = useUnseen(newestSeq, isAtBottom);
  const { targetKey, jump, forget } = useJump({ client, router, timeline, rows, readSeq, scrolling });

  const onKeyDown = useMessageKeys({ client, rows, canWrite: isMember });
  const inSight = virtualizer.range;
  const topRow = inSight ? rows[inSight.startIndex] : undefined;
  const topSeq = topRow?.kind === 'message' ? topRow.message.seq : undefined;
  useEffect(() => {
    if (isAtBottom) timeline.trim();
    else if (topSeq !== undefined) timeline.trim(topSeq);
  }, [isAtBottom, timeline, newestSeq, topSeq]);

  const goToEnd = () => {
    forget();
    toBottom();
  };

  return (
    <div className="messages">
      <UnreadBar
        client={client}
        roomId={timeline.roomId}
        rows={rows}
        readSeq={isReady ? readSeq : undefined}
        newestSeq={newestSeq}
        inSight={inSight}
        onJump={() => {
          // The button goes, and the focus with it.
          containerRef.current?.focus({ preventScroll: true });
          jump('unread');
        }}
      />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the message that has the focus */}
      <div
        className="messages-scroll"
        ref={containerRef}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable with the keyboard
        tabIndex={0}
        role="log"
        onKeyDown={onKeyDown}
        aria-live="off"
        aria-label={t('room.messagesIn', { title })}
      >
        {status === 'failed' ? <Notice title={t('room.cannotShow')}>{error}</Notice> : null}
        {status === 'opening' && pending.length === 0 ? <Notice title={t('room.loadingMessages')} /> : null}
        {isReady && isEmpty ? <Notice title={t('common.noMessages')}>{isMember ? t('room.writeFirst') : null}</Notice> : null}
        <div className="message-area">
          <ListTop
            title={title}
            error={beforeError}
            isLoading={isLoadingBefore}
            isBeginning={isReady && !hasMoreBefore && !isEmpty}
            onRetry={() => void timeline.loadBefore()}
          />
          <ol className="message-rows" ref={virtualizer.containerRef}>
            {virtualizer.getVirtualItems().map(({ index }) => {
              const row = rows[index];
              return row === undefined ? null : (
                <ListRow
                  key={row.key}
                  client={client}
                  router={router}
                  timeline={timeline}
                  canWrite={isMember}
                  row={row}
                  index={index}
                  isTarget={row.key === targetKey}
                  measure={virtualizer.measureElement}
                  onFocus={scrolling.pin}
                />
              );
            })}
          </ol>
        </div>
      </div>
      {isAtBottom ? null : (
        <button type="button" className="jump button" onClick={goToEnd}>
          <Icon name="down" /> {unseen > 0 ? t('room.newMessages', { count: unseen }) : t('room.newest')}
        </button>
      )}
      <Announcer messages={messages} ownUserId={client.me.id} />
    </div>
  );
}
