import type { ActivityNotice } from '@parley/chat';
import type { Announcement } from '@parley/contracts';

export interface RoomActivity {
  readonly roomId: string;
  readonly head: number;
  readonly preview: string;
  readonly announcement?: Announcement;
  readonly mentioned: ReadonlySet<string>;
  /** A message by somebody else mentions everyone; its author may be told so, too. */
  readonly mentionsEveryone: boolean;
  /** User id, '' for the system, to the positions of what they wrote. */
  readonly authors: ReadonlyMap<string, readonly number[]>;
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Gathers notices about rooms until it is time to tell people: at once (after `leadMs`) when nothing was told for
 * `intervalMs`, otherwise at the end of the interval. So nobody hears of a room more often than once per interval.
 * Pure state; times are milliseconds of any steady clock.
 */
export class ActivityCoalescer {
  private rooms = new Map<string, RoomActivity>();
  private toldAt = -Infinity;

  constructor(
    private readonly intervalMs = 1000,
    private readonly leadMs = 50,
  ) {}

  /** Adds a notice; answers in how many ms `take` is due, if it is not already waited for. */
  add(notice: ActivityNotice, now: number): number | undefined {
    const isFirst = this.rooms.size === 0;
    const known = this.rooms.get(notice.roomId);
    const mentioned = union(known?.mentioned, notice.mentions);
    const mentionsEveryone = known?.mentionsEveryone === true || notice.mentionsEveryone === true;
    const newest = known && known.head > notice.head ? known : notice;
    const authors = new Map(known?.authors);
    for (const [author, seqs] of Object.entries(notice.authors ?? {})) authors.set(author, [...(authors.get(author) ?? []), ...seqs]);
    this.rooms.set(notice.roomId, {
      roomId: notice.roomId,
      head: newest.head,
      preview: newest.preview,
      ...(newest.announcement ? { announcement: newest.announcement } : {}),
      mentioned,
      mentionsEveryone,
      authors,
    });
    return isFirst ? Math.max(this.leadMs, this.toldAt + this.intervalMs - now) : undefined;
  }

  take(now: number): RoomActivity[] {
    const rooms = [...this.rooms.values()];
    this.rooms = new Map();
    this.toldAt = now;
    return rooms;
  }
}

function union(a: ReadonlySet<string> | undefined, b: readonly string[] | undefined): ReadonlySet<string> {
  if (!b || b.length === 0) return a ?? NOBODY;
  return new Set([...(a ?? []), ...b]);
}
