import { Injectable } from '@nestjs/common';
import { mentionSpans, mentionsIn, type Mentions } from '@parley/contracts';
import { spokenTextOf } from '@parley/markdown/parser';
import { LRUCache } from 'lru-cache';
import { PeopleRepository } from './people.repository.js';

const CACHED_NAMES = 10_000;

/** A text whose author may or may not address everyone. */
export interface MentioningText {
  readonly text: string;
  readonly mayMentionEveryone: boolean;
}

/**
 * Finds out whom texts mention, among the people that this service has heard of: nobody else is asked, so that messages
 * flow whoever is away. User names never change, so what was found once stays true.
 */
@Injectable()
export class MentionDirectory {
  private readonly ids = new LRUCache<string, string>({ max: CACHED_NAMES });

  constructor(private readonly people: PeopleRepository) {}

  /** One per text, null where nobody is mentioned. A question to storage only for names that are new here. */
  async find(texts: readonly MentioningText[]): Promise<(Mentions | null)[]> {
    const spoken = texts.map(({ text }) => (text.includes('@') ? spokenTextOf(text) : ''));
    const unknown = new Set<string>();
    for (const text of spoken)
      for (const { names } of mentionSpans(text)) for (const name of names) if (!this.ids.has(name)) unknown.add(name);
    const found = new Map(unknown.size > 0 ? await this.people.findIdsByUsername([...unknown]) : []);
    for (const [name, id] of found) this.ids.set(name, id);
    return texts.map(({ mayMentionEveryone }, index) => {
      const mentions = mentionsIn(spoken[index]!, mayMentionEveryone, (name) => found.get(name) ?? this.ids.get(name));
      return mentions.everyone || mentions.userIds.length > 0 ? mentions : null;
    });
  }
}
