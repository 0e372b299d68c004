import type { EventDefinition } from '@parley/contracts';
import type { Queryable } from '@parley/db';

/**
 * Facts that start in Postgres leave their service through here: the row is written in the transaction of the change
 * itself, so there is never a change without its fact or a fact without its change. `OutboxRelay` appends the rows to
 * the event log in order of their ids and deletes them afterwards: at least once, in order per key.
 */
export class Outbox {
  constructor(private readonly schema: string) {}

  /** Adds a fact to the transaction that `transaction` is. The relay is woken by its commit. */
  async add<P>(transaction: Queryable, event: EventDefinition<P>, payload: P): Promise<void> {
    await transaction.query(`INSERT INTO ${this.schema}.outbox (type, payload) VALUES ($1, $2)`, [event.type, JSON.stringify(event.schema.parse(payload))]);
    await transaction.query(`SELECT pg_notify('parley_outbox', $1)`, [this.schema]);
  }
}

/** For a service's first migration. */
export const createOutboxTable = (schema: string): string =>
  `CREATE TABLE ${schema}.outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, type text NOT NULL, payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now())`;
