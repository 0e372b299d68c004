import { memo } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import type { RoomTimeline } from '../../state/room-timeline.js';
import type { Router } from '../app/router.js';
import { Text } from '../common/Text.js';
import { clockTime, dayName } from '../common/times.js';
import { GapRow } from './GapRow.js';
import { MemberNoticeRow } from './MemberNoticeRow.js';
import { MessageRow } from './MessageRow.js';
import { isSameRow, type Lead, type Row } from './message-rows.js';
import { PendingRow } from './PendingRow.js';

interface ListRowProps {
  readonly client: ChatClient;
  readonly router: Router;
  readonly timeline: RoomTimeline;
  readonly canWrite: boolean;
  readonly row: Row;
  readonly index: number;
  /** Somebody followed a link to it. */
  readonly isTarget: boolean;
  readonly measure: (element: HTMLLIElement | null) => void;
  /** The key of the row that holds the focus. */
  readonly onFocus: (key: string | undefined) => void;
}

/** One row of the list, with what stands above it. Where it stands is written by the virtualizer. */
export const ListRow = memo(
  function ListRow({ client, router, timeline, canWrite, row, index, isTarget, measure, onFocus }: ListRowProps) {
    return (
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it hears of the focus of what is in it
      <li
        ref={measure}
        className="message-item"
        data-index={index}
        data-key={row.key}
        data-target={isTarget}
        tabIndex={-1}
        onFocus={() => onFocus(row.key)}
        onBlur={() => onFocus(undefined)}
      >
        {row.leads.map((lead) => (
          <LeadLine key={lead.kind} timeline={timeline} lead={lead} />
        ))}
        {row.kind === 'message' ? (
          <MessageRow client={client} router={router} canWrite={canWrite} message={row.message} isGrouped={row.isGrouped} />
        ) : row.kind === 'pending' ? (
          <PendingRow client={client} router={router} entry={row.entry} isGrouped={row.isGrouped} />
        ) : (
          <MemberNoticeRow notice={row.notice} ownUserId={client.me.id} />
        )}
      </li>
    );
  },
  (before, after) =>
    isSameRow(before.row, after.row) &&
    before.index === after.index &&
    before.isTarget === after.isTarget &&
    before.canWrite === after.canWrite &&
    before.timeline === after.timeline,
);

function LeadLine({ timeline, lead }: { timeline: RoomTimeline; lead: Lead }) {
  switch (lead.kind) {
    case 'gap':
      return <GapRow timeline={timeline} gap={lead.gap} />;
    case 'day':
      return (
        <div className="divider">
          <span>{dayName(lead.day)}</span>
        </div>
      );
    case 'new':
      return (
        <div className="divider new">
          <span>
            <Text of="room.newSince" values={{ time: <time dateTime={lead.since}>{clockTime(lead.since)}</time> }} />
          </span>
        </div>
      );
  }
}
