import { Injectable } from '@nestjs/common';
import { Profiles } from '@parley/chat';
import { LIMITS, ParleyError, type User } from '@parley/contracts';
import { LRUCache } from 'lru-cache';
import { RoomsDatabase } from '../db/rooms.database.js';
import { AccessNotices } from '../access/access-notices.js';
import { MembershipWriter } from '../members/membership-writer.js';
import { NewcomerMarkers } from '../read-markers/newcomer-markers.js';
import { RoomRepository } from '../rooms/room.repository.js';
import { PeopleRepository } from './people.repository.js';

const KNOWN_PEOPLE = 50_000;

/**
 * Who is there. People become known by the events of the auth service or, when somebody is met before his event has
 * come, by asking it. Whoever becomes known is made a member of the room for everyone, in the same transaction and
 * therefore once: who has left it is not put back. Administrators own that room, which nobody has created.
 */
@Injectable()
export class PeopleService {
  private readonly known = new LRUCache<string, true>({ max: KNOWN_PEOPLE });

  constructor(
    private readonly database: RoomsDatabase,
    private readonly people: PeopleRepository,
    private readonly profiles: Profiles,
    private readonly rooms: RoomRepository,
    private readonly memberships: MembershipWriter,
    private readonly markers: NewcomerMarkers,
    private readonly notices: AccessNotices,
  ) {}

  /** Makes sure that a person who exists is known here. Costs nothing for those who were met before. */
  async meet(userId: string): Promise<void> {
    await this.meetAll([userId]);
  }

  async meetAll(userIds: readonly string[]): Promise<void> {
    const unmet = userIds.filter((userId) => !this.known.has(userId));
    if (unmet.length > 0) await this.find(unmet);
  }

  /** Those that exist. Throws when somebody unknown here cannot be asked for either. */
  async find(userIds: readonly string[]): Promise<Map<string, User>> {
    const wanted = [...new Set(userIds)];
    const found = new Map(wanted.length === 0 ? [] : (await this.people.find(wanted)).map((user) => [user.id, user]));
    const unknown = wanted.filter((id) => !found.has(id));
    for (let from = 0; from < unknown.length; from += LIMITS.presenceMax) {
      const users = await this.profiles.find(unknown.slice(from, from + LIMITS.presenceMax));
      await this.enrol(users);
      for (const user of users) found.set(user.id, user);
    }
    for (const id of found.keys()) this.known.set(id, true);
    return found;
  }

  /** Throws USER_NOT_FOUND. */
  async get(userId: string): Promise<User> {
    const user = (await this.find([userId])).get(userId);
    if (!user) throw new ParleyError('USER_NOT_FOUND');
    return user;
  }

  /** Takes over what the auth service said; the last word about a person counts. */
  async learn(users: readonly User[]): Promise<void> {
    await this.enrol([...new Map(users.map((user) => [user.id, user])).values()], { isNews: true });
  }

  /** An answer of the auth service may be older than an event that came meanwhile: only news replaces anything. */
  private async enrol(users: readonly User[], { isNews = false } = {}): Promise<void> {
    if (users.length === 0) return;
    const enrolled = await this.database.transaction(async (transaction) => {
      const newcomers = await this.people.insertMissing(transaction, users);
      if (isNews && newcomers.length < users.length) await this.people.update(transaction, users);
      if (newcomers.length === 0) return undefined;
      const room = await this.rooms.lockForEveryone(transaction);
      const isAdministrator = ({ roles }: User) => roles.includes('administrator');
      await this.memberships.add(transaction, room, newcomers.filter(isAdministrator), 'owner');
      await this.memberships.add(
        transaction,
        room,
        newcomers.filter((user) => !isAdministrator(user)),
        'member',
      );
      return { roomId: room.id, head: room.head, userIds: newcomers.map(({ id }) => id) };
    });
    if (!enrolled) return;
    this.notices.announce(enrolled.roomId, enrolled.userIds);
    await this.markers.catchUp(enrolled.roomId, enrolled.userIds, enrolled.head);
  }
}
