import type { MemberChange } from '@parley/contracts';
import { Store } from './store.js';

export type MemberStep = 'joined' | 'left' | 'removed';

/** Who came and went at one place of the room: one line on screen, whatever becomes of it. */
export interface MemberNotice {
  readonly key: string;
  /** Stands behind this message. */
  readonly afterSeq: number;
  /** In the order of what they did last; nobody twice. */
  readonly people: ReadonlyMap<string, { readonly name: string; readonly step: MemberStep }>;
  /** What more people did than are remembered. */
  readonly crowds: readonly MemberStep[];
}

/** A line takes in who else joins within this time, even if something is written meanwhile. */
const FOLD_MS = 60_000;
/** People that a line remembers; a crowd costs nothing from there on. */
const PEOPLE_MAX = 100;
const NOTICES_MAX = 50;

/**
 * Who came and went in the room on screen while it is there. Only for public rooms: private ones say it themselves, by
 * messages. Nothing of it is stored, and it goes when the room is left.
 */
export class MemberNotices {
  readonly store = new Store<readonly MemberNotice[]>([]);
  private roomId: string | undefined;
  private startedMs = 0;
  private count = 0;

  /** @param newestSeq the newest message of a public room that is ready to be read; undefined for any other */
  constructor(private readonly newestSeq: (roomId: string) => number | undefined) {}

  /** The room that is on screen from now on. */
  enter(roomId: string | undefined): void {
    if (roomId === this.roomId) return;
    this.roomId = roomId;
    this.store.set([]);
  }

  apply(change: MemberChange, now: Date): void {
    const step = stepOf(change);
    if (step === undefined || change.roomId !== this.roomId) return;
    const afterSeq = this.newestSeq(change.roomId);
    if (afterSeq === undefined) return;
    const notices = this.store.get();
    const last = notices.at(-1);
    if (last && (last.afterSeq === afterSeq || this.isOneOfMany(last, change, now))) {
      const next = added(last, change, step);
      if (next !== last) this.store.set([...notices.slice(0, -1), next]);
      return;
    }
    this.startedMs = now.getTime();
    const fresh = { key: `members-${(this.count += 1)}`, afterSeq, people: new Map(), crowds: [] };
    this.store.set([...notices.slice(1 - NOTICES_MAX), added(fresh, change, step)]);
  }

  /** Only comers: who leaves may have written since, and would stand as gone above it. */
  private isOneOfMany({ people }: MemberNotice, { change, userId }: MemberChange, now: Date): boolean {
    return change === 'joined' && !people.has(userId) && now.getTime() - this.startedMs < FOLD_MS;
  }
}

function stepOf({ change, role }: MemberChange): MemberStep | undefined {
  // Whoever is owner from the start has made the room.
  if (change === 'role' || change === 'muted' || (change === 'joined' && role === 'owner')) return undefined;
  return change === 'banned' ? 'removed' : change;
}

function added(notice: MemberNotice, { userId, user }: MemberChange, step: MemberStep): MemberNotice {
  const { people, crowds } = notice;
  if (people.get(userId)?.step === step) return notice;
  if (!people.has(userId) && people.size >= PEOPLE_MAX) return crowds.includes(step) ? notice : { ...notice, crowds: [...crowds, step] };
  const next = new Map(people);
  next.delete(userId);
  return { ...notice, people: next.set(userId, { name: user.displayName, step }) };
}
