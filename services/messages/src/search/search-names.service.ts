import { Injectable } from '@nestjs/common';
import { NamedRooms, directRoomId } from '@parley/chat';
import { ParleyError, Uuid } from '@parley/contracts';
import { PeopleRepository } from '../people/people.repository.js';
import type { IdCondition } from './search-conditions.js';
import { fault, type SoughtName } from './search-text.js';

const MYSELF = 'me';
const NAMES_MAX = 10;

/** Finds out whom `from:` and which rooms `in:` mean, as the person who searches says it. */
@Injectable()
export class SearchNames {
  constructor(
    private readonly people: PeopleRepository,
    private readonly rooms: NamedRooms,
  ) {}

  /** User names with or without `@`, ids, and `me`. Throws USER_NOT_FOUND. */
  async findPeople(names: readonly SoughtName[], userId: string): Promise<IdCondition> {
    return this.resolve('from', names, async (name) => [await this.findPerson(name, userId)]);
  }

  /**
   * Names of rooms that the person may read, with or without `#`, ids, and `@name` for the private chat with somebody. A name
   * means all rooms that have it. Throws ROOM_NOT_FOUND, BANNED or USER_NOT_FOUND.
   */
  async findRooms(names: readonly SoughtName[], userId: string): Promise<IdCondition> {
    return this.resolve('in', names, async (name) => {
      const id = Uuid.safeParse(name).data;
      if (id !== undefined) return [id];
      if (name.startsWith('@')) return [directRoomId(userId, await this.findPerson(name, userId))];
      const label = name.replace(/^#/u, '');
      const ids = await this.rooms.listReadable(label, userId);
      return ids.length > 0 ? ids : [(await this.rooms.find(label, userId)).roomId]; // says why there is none
    });
  }

  private async findPerson(name: string, userId: string): Promise<string> {
    const plain = name.replace(/^@/u, '').toLowerCase();
    if (plain === MYSELF) return userId;
    const id = Uuid.safeParse(plain).data ?? (await this.people.findIdsByUsername([plain]))[0]?.[1];
    if (id === undefined)
      throw new ParleyError('USER_NOT_FOUND', { detail: `There is nobody with the user name ${JSON.stringify(plain)}.` });
    return id;
  }

  private async resolve(operator: string, names: readonly SoughtName[], find: (name: string) => Promise<string[]>): Promise<IdCondition> {
    if (names.length > NAMES_MAX) throw fault(`must have at most ${NAMES_MAX} times ${operator}:`);
    const found = await Promise.all(names.map(async ({ value, isNegated }) => ({ ids: await find(value), isNegated })));
    const idsOf = (negated: boolean) => [...new Set(found.filter(({ isNegated }) => isNegated === negated).flatMap(({ ids }) => ids))];
    return { any: idsOf(false), none: idsOf(true) };
  }
}
