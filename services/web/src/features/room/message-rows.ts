import type { Message } from '@parley/contracts';
import type { MemberNotice } from '../../state/member-notices.js';
import { gapsIn, type Gap } from '../../state/message-window.js';
import type { PendingMessage } from '../../state/outbox.js';
import { dayOf } from '../common/times.js';

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly day: number }
  | { readonly kind: 'new'; readonly key: string }
  | { readonly kind: 'gap'; readonly key: string; readonly gap: Gap }
  | { readonly kind: 'message'; readonly key: string; readonly message: Message; readonly isGrouped: boolean }
  | { readonly kind: 'members'; readonly key: string; readonly notice: MemberNotice }
  | { readonly kind: 'pending'; readonly key: string; readonly entry: PendingMessage; readonly isGrouped: boolean };

export interface RowSource {
  readonly messages: readonly Message[];
  readonly pending: readonly PendingMessage[];
  /** In the order of their places. */
  readonly notices: readonly MemberNotice[];
  /** Where the line "new" goes: behind this message. Undefined for none. */
  readonly readSeq: number | undefined;
  readonly ownUserId: string;
}

/** Messages of one person within this time stand under one name. */
const GROUP_MS = 7 * 60 * 1000;

/** What the list shows, top to bottom. */
export function rowsOf({ messages, pending, notices, readSeq, ownUserId }: RowSource): Row[] {
  const rows: Row[] = [];
  const gaps = new Map(gapsIn(messages).map((gap) => [gap.before, gap]));
  let last: { senderId: string | undefined; atMs: number; day: number } | undefined;
  let isLineDrawn = readSeq === undefined;

  const isGroupedWith = (senderId: string, createdAt: string): boolean => {
    const atMs = Date.parse(createdAt);
    const day = dayOf(createdAt);
    const isNewDay = last?.day !== day;
    if (isNewDay) rows.push({ kind: 'day', key: `day-${day}`, day });
    const isGrouped = !isNewDay && last?.senderId === senderId && atMs - last.atMs < GROUP_MS && rows.at(-1)?.kind !== 'new';
    // The name stays in sight: a group is measured from its first message.
    last = { senderId, atMs: isGrouped ? last!.atMs : atMs, day };
    return isGrouped;
  };

  // Those above the first message wait until their place is loaded.
  const waiting = notices.filter(({ afterSeq }) => afterSeq + 1 >= (messages[0]?.seq ?? 0));
  const pushNoticesBefore = (seq: number) => {
    while (waiting[0] && waiting[0].afterSeq < seq) {
      const notice = waiting.shift()!;
      rows.push({ kind: 'members', key: notice.key, notice });
      last = last && { ...last, senderId: undefined };
    }
  };

  for (const message of messages) {
    pushNoticesBefore(message.seq);
    const gap = gaps.get(message.seq);
    if (gap) {
      rows.push({ kind: 'gap', key: `gap-${gap.before}`, gap });
      last = last && { ...last, senderId: undefined };
    }
    if (!isLineDrawn && message.seq > readSeq! && message.sender?.id !== ownUserId && message.kind === 'user') {
      isLineDrawn = true;
      // With nothing read at all everything is new, and a line says nothing.
      if (readSeq! > 0 && rows.length > 0) rows.push({ kind: 'new', key: 'new' });
    }
    const isGrouped = isGroupedWith(message.sender?.id ?? 'system', message.createdAt);
    rows.push({ kind: 'message', key: keyOf(message, ownUserId), message, isGrouped });
  }
  pushNoticesBefore(Infinity);
  for (const entry of pending) {
    const isGrouped = isGroupedWith(ownUserId, entry.createdAt);
    rows.push({ kind: 'pending', key: entry.clientMsgId, entry, isGrouped });
  }
  return rows;
}

/** One's own message keeps its row when it arrives: the pending one had the same key. */
const keyOf = (message: Message, ownUserId: string) => (message.sender?.id === ownUserId ? message.clientMsgId : message.id);
