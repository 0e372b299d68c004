import type { Message, Sender } from '@parley/contracts';
import { Store } from './store.js';

/** Names for ids: the line "… is typing" has nothing but ids. */
export class People {
  readonly store = new Store<ReadonlyMap<string, Sender>>(new Map());
  private readonly asked = new Set<string>();

  constructor(private readonly fetchPerson: (userId: string) => Promise<Sender>) {}

  learn(people: readonly Sender[]): void {
    const known = this.store.get();
    const news = people.filter((person) => {
      const before = known.get(person.id);
      return before?.displayName !== person.displayName || before.avatarUrl !== person.avatarUrl;
    });
    if (news.length === 0) return;
    const next = new Map(known);
    for (const { id, username, displayName, avatarUrl } of news) next.set(id, { id, username, displayName, avatarUrl });
    this.store.set(next);
  }

  learnFrom(messages: readonly Message[]): void {
    this.learn(messages.flatMap((message) => message.sender ?? []));
  }

  /** Fetches who is not known yet, each once. */
  need(userIds: readonly string[]): void {
    for (const userId of userIds) {
      if (this.store.get().has(userId) || this.asked.has(userId)) continue;
      this.asked.add(userId);
      this.fetchPerson(userId).then(
        (person) => this.learn([person]),
        () => this.asked.delete(userId),
      );
    }
  }
}
