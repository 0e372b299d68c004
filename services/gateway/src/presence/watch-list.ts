import type { PresenceEntry } from '@parley/platform';

interface Watched<S> {
  readonly watchers: Set<S>;
  /** Undefined until it was read. */
  entry: PresenceEntry | undefined;
  /** The reading that the entry is from. */
  reading: number;
}

/** Who looks at whom on this gateway, and what was last known of those who are looked at. Pure state. */
export class WatchList<S> {
  private readonly people = new Map<string, Watched<S>>();
  private readonly lists = new Map<S, ReadonlySet<string>>();
  private readings = 0;

  get userIds(): string[] {
    return [...this.people.keys()];
  }

  isWatched(userId: string): boolean {
    return this.people.has(userId);
  }

  watchersOf(userId: string): ReadonlySet<S> {
    return this.people.get(userId)?.watchers ?? new Set();
  }

  /** From now on the watcher looks at these and nobody else. */
  replace(watcher: S, userIds: ReadonlySet<string>): void {
    for (const userId of userIds) {
      const watched = this.people.get(userId);
      if (watched) watched.watchers.add(watcher);
      else this.people.set(userId, { watchers: new Set([watcher]), entry: undefined, reading: 0 });
    }
    for (const userId of this.lists.get(watcher) ?? []) if (!userIds.has(userId)) this.drop(watcher, userId);
    if (userIds.size > 0) this.lists.set(watcher, userIds);
    else this.lists.delete(watcher);
  }

  /** What is known of all whom the watcher looks at. */
  knownTo(watcher: S): PresenceEntry[] {
    return [...(this.lists.get(watcher) ?? [])].flatMap((userId) => this.people.get(userId)?.entry ?? []);
  }

  /** Those of whom nothing is known yet. */
  unknownOf(userIds: Iterable<string>): string[] {
    return [...userIds].filter((userId) => this.people.get(userId)?.entry === undefined);
  }

  /** A number for what is about to be read: readings end in any order, and the one that began last is right. */
  beginReading(): number {
    return (this.readings += 1);
  }

  /** Takes over what was read, and answers whom to tell what: states that changed, not those that are new here. */
  learn(entries: readonly PresenceEntry[], reading: number): Map<S, PresenceEntry[]> {
    const news = new Map<S, PresenceEntry[]>();
    for (const entry of entries) {
      const watched = this.people.get(entry.userId);
      if (!watched || watched.reading > reading) continue;
      const isChange = watched.entry !== undefined && watched.entry.state !== entry.state;
      watched.entry = entry;
      watched.reading = reading;
      if (!isChange) continue;
      for (const watcher of watched.watchers) {
        const told = news.get(watcher);
        if (told) told.push(entry);
        else news.set(watcher, [entry]);
      }
    }
    return news;
  }

  private drop(watcher: S, userId: string): void {
    const watched = this.people.get(userId);
    watched?.watchers.delete(watcher);
    if (watched?.watchers.size === 0) this.people.delete(userId);
  }
}
