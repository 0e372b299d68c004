import { Injectable } from '@nestjs/common';
import type { Sender } from '@parley/contracts';
import { MessagesDatabase } from '../db/messages.database.js';

@Injectable()
export class PeopleRepository {
  constructor(private readonly database: MessagesDatabase) {}

  async find(userIds: readonly string[]): Promise<Sender[]> {
    const rows = await this.database.query<{ sender: Sender }>({
      name: 'find-people',
      text: `SELECT sender FROM messages.people WHERE id = ANY($1::uuid[])`,
      values: [userIds],
    });
    return rows.map((row) => row.sender);
  }

  /** Lower-cased names with their ids; those that nobody has are left out. */
  async findIdsByUsername(names: readonly string[]): Promise<[string, string][]> {
    const rows = await this.database.query<{ name: string; id: string }>({
      name: 'find-people-by-username',
      text: `SELECT lower(sender->>'username') AS name, id FROM messages.people WHERE lower(sender->>'username') = ANY($1::text[])`,
      values: [names],
    });
    return rows.map(({ name, id }) => [name, id]);
  }

  async upsert(senders: readonly Sender[]): Promise<void> {
    await this.write(senders, 'DO UPDATE SET sender = excluded.sender');
  }

  /** An answer to a question may be older than an event that came meanwhile: it never replaces one. */
  async insertMissing(senders: readonly Sender[]): Promise<void> {
    await this.write(senders, 'DO NOTHING');
  }

  private async write(senders: readonly Sender[], onConflict: string): Promise<void> {
    if (senders.length === 0) return;
    await this.database.query(
      `INSERT INTO messages.people (id, sender) SELECT (entry->>'id')::uuid, entry FROM jsonb_array_elements($1::jsonb) AS entry ORDER BY 1 ON CONFLICT (id) ${onConflict}`,
      [JSON.stringify(senders)],
    );
  }
}
