/**
 * Unread messages are those after the read marker that are neither one's own nor the system's. Counting them without a
 * row per person and message rests on one number: `foreign(s)`, how many messages up to position `s` are somebody
 * else's. History never changes, so for one person `foreign(s)` is a constant of `s`:
 *
 *     unread = foreign(head) - foreign(readSeq)
 *
 * A membership keeps `readForeign` = foreign(readSeq) and `ownCount`, the own messages since joining, so that
 * foreign(head) = head - systemCount - ownCount. A new message touches the room's row and its sender's membership and
 * nobody else's. Moving the marker needs `foreign` at the new position: at the head it is known, between the head and the
 * marker it takes a count of the own and system messages on the shorter way from either, which is nothing for everybody
 * who has not written there (`lastOwnSeq`, `lastSystemSeq`). Whatever snapshot it is computed from, it is the same number,
 * so nothing is locked. (`foreign` is off by the own messages before joining; in a difference that cancels out.)
 */
export interface Tally {
  /** Position of the newest message that is counted in the other fields. */
  readonly head: number;
  readonly systemCount: number;
  readonly lastSystemSeq: number;
  readonly readSeq: number;
  readonly readForeign: number;
  readonly ownCount: number;
  /** No own message lies between it and the head; at first the head at the time of joining. */
  readonly lastOwnSeq: number;
}

type RoomPart = Pick<Tally, 'head' | 'systemCount' | 'lastSystemSeq'>;
type MemberPart = Omit<Tally, keyof RoomPart>;

/** From a membership and its room, read in one snapshot: else the counts do not fit each other. */
export const tallyOf = (room: RoomPart, membership: MemberPart): Tally => ({
  head: room.head,
  systemCount: room.systemCount,
  lastSystemSeq: room.lastSystemSeq,
  readSeq: membership.readSeq,
  readForeign: membership.readForeign,
  ownCount: membership.ownCount,
  lastOwnSeq: membership.lastOwnSeq,
});

const foreignAtHead = ({ head, systemCount, ownCount }: Tally): number => head - systemCount - ownCount;

/** The marker of somebody who has read all that is counted. */
export const markerAtHead = (tally: Tally): { readSeq: number; readForeign: number } => ({
  readSeq: tally.head,
  readForeign: foreignAtHead(tally),
});

/** The marker may be ahead of the count: the newest messages were read before they were counted. */
export const unreadCountOf = (tally: Tally): number => Math.max(0, foreignAtHead(tally) - tally.readForeign);

/** As it is shown beside this head. */
export const readSeqOf = ({ readSeq, head }: Pick<Tally, 'readSeq' | 'head'>): number => Math.min(readSeq, head);

/** The messages with `after < seq <= upTo`, and what `foreign(target)` is once it is known how many of them are never unread. */
export interface Step {
  readonly after: number;
  readonly upTo: number;
  /** No need to count: none of them is. */
  readonly isAllForeign: boolean;
  readonly foreignAtTarget: (neverUnread: number) => number;
}

/** The cheapest way to `foreign(target)`. */
export function stepTo(target: number, tally: Tally): Step {
  const fromHead = stepBetween(tally.head, foreignAtHead(tally), target, tally);
  const fromMarker = stepBetween(tally.readSeq, tally.readForeign, target, tally);
  if (fromHead.isAllForeign !== fromMarker.isAllForeign) return fromHead.isAllForeign ? fromHead : fromMarker;
  return fromHead.upTo - fromHead.after <= fromMarker.upTo - fromMarker.after ? fromHead : fromMarker;
}

function stepBetween(known: number, foreignAtKnown: number, target: number, tally: Tally): Step {
  const after = Math.min(known, target);
  const upTo = Math.max(known, target);
  const sign = target >= known ? 1 : -1;
  return {
    after,
    upTo,
    isAllForeign: after === upTo || (upTo <= tally.head && after >= Math.max(tally.lastOwnSeq, tally.lastSystemSeq)),
    foreignAtTarget: (neverUnread) => foreignAtKnown + sign * (upTo - after - neverUnread),
  };
}
