import type { HistoryPosition } from '@parley/chat';

/** Seqs `from` to `to`, both included; empty when `to < from`. */
export interface PageRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Which seqs a page holds. Seqs are dense, so this is arithmetic: no query has to look for the page's ends.
 * `around` keeps the wanted message in the middle and fills the page from the other side at the ends of the room.
 */
export function pageRange(position: HistoryPosition, limit: number, head: number): PageRange {
  if ('newest' in position) return { from: Math.max(1, head - limit + 1), to: head };
  if ('before' in position) {
    const to = Math.min(position.before - 1, head);
    return { from: Math.max(1, to - limit + 1), to };
  }
  if ('after' in position) return { from: position.after + 1, to: Math.min(position.after + limit, head) };
  const wanted = Math.min(Math.max(position.around, 1), Math.max(head, 1));
  const from = Math.max(1, Math.min(wanted - Math.floor(limit / 2), head - limit + 1));
  return { from, to: Math.min(from + limit - 1, head) };
}
