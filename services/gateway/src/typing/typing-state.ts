/** Who says nothing for this long is no longer typing (`docs/api` §5). */
export const TYPING_MS = 6000;
/** Names beyond this number help nobody; the first ones are shown. */
const SHOWN_MAX = 20;

export interface TypingChange {
  readonly roomId: string;
  /** For everybody who is not in it or in `typists`. */
  readonly userIds: readonly string[];
  /** People who see the list without themselves, and whose list has changed. */
  readonly typists: readonly { readonly userId: string; readonly userIds: readonly string[] }[];
  /** People who must not get `userIds`, because they have or just had a place in it. */
  readonly apart: readonly string[];
}

interface TypingRoom {
  /** User id to the time when it lapses, in the order in which people began. */
  readonly until: Map<string, number>;
  shown: readonly string[];
}

/** Who is typing in the rooms that are open here. Pure state; times are milliseconds of any steady clock. */
export class TypingState {
  private readonly rooms = new Map<string, TypingRoom>();
  private readonly dirty = new Set<string>();

  get isEmpty(): boolean {
    return this.rooms.size === 0;
  }

  set(roomId: string, userId: string, isOn: boolean, now: number): void {
    let room = this.rooms.get(roomId);
    if (!isOn) {
      if (room?.until.delete(userId)) this.dirty.add(roomId);
      return;
    }
    if (!room) this.rooms.set(roomId, (room = { until: new Map(), shown: [] }));
    if (!room.until.has(userId)) this.dirty.add(roomId);
    room.until.set(userId, now + TYPING_MS);
  }

  /** The list as it was last told. */
  shown(roomId: string): readonly string[] {
    return this.rooms.get(roomId)?.shown ?? [];
  }

  forget(roomId: string): void {
    this.rooms.delete(roomId);
    this.dirty.delete(roomId);
  }

  /** Lists that changed since the last call, lapsed people left out. */
  takeChanges(now: number): TypingChange[] {
    for (const [roomId, room] of this.rooms) {
      for (const [userId, until] of room.until) {
        if (until <= now && room.until.delete(userId)) this.dirty.add(roomId);
      }
    }
    const changes: TypingChange[] = [];
    for (const roomId of this.dirty) {
      const room = this.rooms.get(roomId);
      if (!room) continue;
      const before = room.shown;
      room.shown = [...room.until.keys()].slice(0, SHOWN_MAX);
      if (room.until.size === 0) this.rooms.delete(roomId);
      const change = changeOf(roomId, before, room.shown);
      if (change) changes.push(change);
    }
    this.dirty.clear();
    return changes;
  }
}

function changeOf(roomId: string, before: readonly string[], after: readonly string[]): TypingChange | undefined {
  if (isSame(before, after)) return undefined;
  const apart = [...new Set([...before, ...after])];
  const typists = apart
    .map((userId) => ({ userId, had: without(before, userId), userIds: without(after, userId) }))
    .filter(({ had, userIds }) => !isSame(had, userIds))
    .map(({ userId, userIds }) => ({ userId, userIds }));
  return { roomId, userIds: after, typists, apart };
}

const without = (userIds: readonly string[], userId: string): string[] => userIds.filter((id) => id !== userId);
const isSame = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((id, index) => id === b[index]);
