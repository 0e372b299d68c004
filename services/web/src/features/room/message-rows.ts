import type { Message } from '@parley/contracts';
import type { MemberNotice } from '../../state/member-notices.js';
import { gapsIn, type Gap } from '../../state/message-window.js';
import type { PendingMessage } from '../../state/outbox.js';
import { dayOf } from '../common/times.js';

/** What stands above a message, in its row. */
export type Lead =
  | { readonly kind: 'day'; readonly day: number }
  /** `since`: when the first new message was written. */
  | { readonly kind: 'new'; readonly since: string }
  | { readonly kind: 'gap'; readonly gap: Gap };

/**
 * One row of the list. Dividers are a part of the row below them: every row is then something that stays itself,
 * whatever is loaded above it, and can be held in its place.
 */
export type Row = { readonly key: string; readonly leads: readonly Lead[] } & (
  | { readonly kind: 'message'; readonly message: Message; readonly isGrouped: boolean }
  | { readonly kind: 'members'; readonly notice: MemberNotice }
  | { readonly kind: 'pending'; readonly entry: PendingMessage; readonly isGrouped: boolean }
);

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
const NO_LEADS: readonly Lead[] = [];

/** What the list shows, top to bottom. */
export function rowsOf({ messages, pending, notices, readSeq, ownUserId }: RowSource): Row[] {
  const rows: Row[] = [];
  const gaps = new Map(gapsIn(messages).map((gap) => [gap.before, gap]));
  let last: { senderId: string | undefined; atMs: number; day: number } | undefined;
  let isLineDrawn = readSeq === undefined;

  const placeOf = (senderId: string, createdAt: string, leads: Lead[]): { isGrouped: boolean; leads: readonly Lead[] } => {
    const atMs = Date.parse(createdAt);
    const day = dayOf(createdAt);
    if (last?.day !== day) leads.push({ kind: 'day', day });
    const isGrouped = leads.length === 0 && last?.senderId === senderId && atMs - last.atMs < GROUP_MS;
    // The name stays in sight: a group is measured from its first message.
    last = { senderId, atMs: isGrouped ? last!.atMs : atMs, day };
    return { isGrouped, leads: leads.length === 0 ? NO_LEADS : leads };
  };

  // Those above the first message wait until their place is loaded.
  const waiting = notices.filter(({ afterSeq }) => afterSeq + 1 >= (messages[0]?.seq ?? 0));
  const pushNoticesBefore = (seq: number) => {
    while (waiting[0] && waiting[0].afterSeq < seq) {
      const notice = waiting.shift()!;
      rows.push({ kind: 'members', key: notice.key, leads: NO_LEADS, notice });
      last = last && { ...last, senderId: undefined };
    }
  };

  for (const message of messages) {
    pushNoticesBefore(message.seq);
    const leads: Lead[] = [];
    const gap = gaps.get(message.seq);
    if (gap) leads.push({ kind: 'gap', gap });
    if (!isLineDrawn && isNewTo(ownUserId, message, readSeq!)) {
      isLineDrawn = true;
      // With nothing read at all everything is new, and a line says nothing.
      if (readSeq! > 0 && rows.length > 0) leads.push({ kind: 'new', since: message.createdAt });
    }
    rows.push({
      kind: 'message',
      key: keyOf(message, ownUserId),
      message,
      ...placeOf(message.sender?.id ?? 'system', message.createdAt, leads),
    });
  }
  pushNoticesBefore(Infinity);
  for (const entry of pending) rows.push({ kind: 'pending', key: entry.clientMsgId, entry, ...placeOf(ownUserId, entry.createdAt, []) });
  return rows;
}

/** Whether this message counts as unread behind `readSeq`: one's own and the system's never do. */
export function isNewTo(ownUserId: string, message: Message, readSeq: number): boolean {
  return message.seq > readSeq && message.kind === 'user' && message.sender?.id !== ownUserId;
}

/** Whether two rows look the same. */
export function isSameRow(a: Row, b: Row): boolean {
  if (a.key !== b.key || a.leads.length !== b.leads.length || !a.leads.every((lead, index) => isSameLead(lead, b.leads[index]!)))
    return false;
  if (a.kind === 'message') return b.kind === 'message' && a.message === b.message && a.isGrouped === b.isGrouped;
  if (a.kind === 'pending') return b.kind === 'pending' && a.entry === b.entry && a.isGrouped === b.isGrouped;
  return b.kind === 'members' && a.notice === b.notice;
}

function isSameLead(a: Lead, b: Lead): boolean {
  if (a.kind === 'day') return b.kind === 'day' && a.day === b.day;
  if (a.kind === 'new') return b.kind === 'new' && a.since === b.since;
  return b.kind === 'gap' && a.gap.after === b.gap.after && a.gap.before === b.gap.before;
}

/** One's own message keeps its row when it arrives: the pending one had the same key. */
const keyOf = (message: Message, ownUserId: string) => (message.sender?.id === ownUserId ? message.clientMsgId : message.id);
