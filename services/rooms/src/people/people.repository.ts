import { Injectable } from '@nestjs/common';
import type { User } from '@parley/contracts';
import type { Transaction } from '@parley/db';
import { In } from 'typeorm';
import { PersonEntity } from '../db/person.entity.js';
import { RoomsDatabase } from '../db/rooms.database.js';
import { searchKey, textKey } from '../text-key.js';

export interface Arrival {
  readonly id: string;
  /** Grows in the order of arrival. */
  readonly number: number;
}

@Injectable()
export class PeopleRepository {
  constructor(private readonly database: RoomsDatabase) {}

  async find(userIds: readonly string[]): Promise<User[]> {
    const people = await this.database.repository(PersonEntity).findBy({ id: In(userIds) });
    return people.map(({ profile }) => profile);
  }

  /** Those who were not known before, by id: in one order everywhere, so that two batches never wait for each other. */
  async insertMissing(transaction: Transaction, users: readonly User[]): Promise<User[]> {
    const inserted = await transaction.query<{ id: string }>(
      `INSERT INTO rooms.people (id, profile, name_key, search_key)
       SELECT (entry->'profile'->>'id')::uuid, entry->'profile', entry->>'nameKey', entry->>'searchKey' FROM jsonb_array_elements($1::jsonb) AS entry ORDER BY 1
       ON CONFLICT (id) DO NOTHING RETURNING id`,
      [entriesOf(users)],
    );
    const ids = new Set(inserted.map(({ id }) => id));
    return users.filter(({ id }) => ids.has(id));
  }

  async update(transaction: Transaction, users: readonly User[]): Promise<void> {
    await transaction.query(
      `UPDATE rooms.people SET profile = entry->'profile', name_key = entry->>'nameKey', search_key = entry->>'searchKey'
       FROM jsonb_array_elements($1::jsonb) AS entry WHERE id = (entry->'profile'->>'id')::uuid`,
      [entriesOf(users)],
    );
  }

  async listArrivals(afterNumber: number, limit: number): Promise<Arrival[]> {
    const rows = await this.database.query<{ id: string; number: string }>({
      name: 'rooms-list-arrivals',
      text: `SELECT id, number FROM rooms.people WHERE number > $1 ORDER BY number LIMIT $2`,
      values: [afterNumber, limit],
    });
    return rows.map(({ id, number }) => ({ id, number: Number(number) }));
  }
}

const entriesOf = (users: readonly User[]): string =>
  JSON.stringify(
    users.map((profile) => ({
      profile,
      nameKey: textKey(profile.displayName),
      searchKey: searchKey(`${profile.displayName} ${profile.username}`),
    })),
  );
