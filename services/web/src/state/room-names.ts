import type { Room, RoomsAnswer } from '@parley/contracts';
import { Store } from './store.js';

export interface RoomNamesOptions {
  /** Of rooms that the person is in. */
  readonly joined: () => Iterable<Room>;
  readonly search: (query: string) => Promise<RoomsAnswer>;
}

/** Names that are looked up for one page: a text may name as many as it likes. */
const LOOKUPS_MAX = 200;

/** Which room a name in a text means: one that the person is in, else a public one. Null: none. */
export class RoomNames {
  readonly store = new Store<ReadonlyMap<string, string | null>>(new Map());
  private readonly asked = new Set<string>();

  constructor(private readonly options: RoomNamesOptions) {}

  need(name: string): void {
    const key = name.toLowerCase();
    if (this.store.get().has(key)) return;
    for (const room of this.options.joined()) if (room.kind === 'room' && room.name.toLowerCase() === key) return this.learn(key, room.id);
    // "#1" is a place in a contest.
    if (this.asked.has(key) || this.asked.size >= LOOKUPS_MAX || !/\p{L}/u.test(key)) return;
    this.asked.add(key);
    this.options.search(name).then(
      ({ rooms }) => this.learn(key, rooms.find((room) => room.name.toLowerCase() === key)?.id ?? null),
      () => this.asked.delete(key),
    );
  }

  private learn(key: string, roomId: string | null): void {
    this.store.update((names) => new Map(names).set(key, roomId));
  }
}
