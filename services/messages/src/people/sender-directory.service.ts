import { Injectable } from '@nestjs/common';
import { Profiles } from '@parley/chat';
import type { Sender, User } from '@parley/contracts';
import { LRUCache } from 'lru-cache';
import { PeopleRepository } from './people.repository.js';

const CACHED_PEOPLE = 10_000;

/**
 * Who stands beside a message. Kept from the events of the auth service, so that messages flow while it is away;
 * somebody whose event has not come yet is asked for.
 */
@Injectable()
export class SenderDirectory {
  private readonly cache = new LRUCache<string, Sender>({ max: CACHED_PEOPLE });

  constructor(
    private readonly people: PeopleRepository,
    private readonly profiles: Profiles,
  ) {}

  /** Those that exist. Throws when somebody unknown here cannot be asked for either. */
  async find(userIds: readonly string[]): Promise<Map<string, Sender>> {
    const found = new Map<string, Sender>();
    let unknown = userIds.filter((id) => !this.take(id, found));
    if (unknown.length > 0) {
      this.keep(await this.people.find(unknown), found);
      unknown = unknown.filter((id) => !found.has(id));
    }
    if (unknown.length > 0) {
      const senders = (await this.profiles.find(unknown)).map(senderOf);
      await this.people.insertMissing(senders);
      this.keep(senders, found);
    }
    return found;
  }

  /** Writes them down for every process of this service. */
  async learn(users: readonly User[]): Promise<void> {
    await this.people.upsert([...new Map(users.map((user) => [user.id, senderOf(user)])).values()]);
  }

  /** What this process answers from now on. */
  remember(user: User): void {
    this.cache.set(user.id, senderOf(user));
  }

  private take(id: string, found: Map<string, Sender>): boolean {
    const sender = this.cache.get(id);
    if (sender) found.set(id, sender);
    return sender !== undefined;
  }

  /** What was read may be older than what `remember` was told meanwhile. */
  private keep(senders: readonly Sender[], found: Map<string, Sender>): void {
    for (const sender of senders) {
      if (!this.cache.has(sender.id)) this.cache.set(sender.id, sender);
      found.set(sender.id, this.cache.get(sender.id) ?? sender);
    }
  }
}

const senderOf = ({ id, username, displayName, avatarUrl }: User): Sender => ({ id, username, displayName, avatarUrl });
