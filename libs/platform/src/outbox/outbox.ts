import type { EventDefinition } from '@parley/contracts';
import type { Queryable } from '@parley/db';

/** Its payload is the schema whose outbox has something. */
export const OUTBOX_CHANNEL = 'parley_outbox';

/**
 * Facts that start in Postgres leave their service through here: the row is written in the transaction of the change
 * itself, so there is never a change without its fact or a fact without its change. `OutboxRelays` appends the rows to
 * the event log in order of their ids and deletes them afterwards: at least once, in order per key as far as the
 * transactions that change one thing lock it before they add their fact.
 *
 * A service has three lines for it: `createOutboxTable(schema)` in its first migration, a provider
 * `{ provide: Outbox, useValue: new Outbox(schema) }`, and `relays.serve(database)` in `onApplicationBootstrap` with
 * the injected `OutboxRelays` (global, from `PlatformModule`).
 */
export class Outbox {
  readonly #sql: string;

  constructor(schema: string) {
    this.#sql = `
      WITH added AS (INSERT INTO ${outboxTable(schema)} (type, payload) VALUES ($1, $2))
      SELECT pg_notify('${OUTBOX_CHANNEL}', '${schema}')`;
  }

  /** Adds a fact to the transaction that `transaction` is. The relay is woken by its commit. */
  async add<P>(transaction: Queryable, event: EventDefinition<P>, payload: P): Promise<void> {
    await transaction.query(this.#sql, [event.type, JSON.stringify(event.schema.parse(payload))]);
  }
}

/** For a service's first migration. */
export const createOutboxTable = (schema: string): string => `
  CREATE TABLE ${outboxTable(schema)} (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    type text NOT NULL,
    payload json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- why the log refused it for good; such a row is passed over
    parked_because text
  )`;

export function outboxTable(schema: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(schema)) throw new TypeError(`${JSON.stringify(schema)} cannot be the name of a schema`);
  return `"${schema}".outbox`;
}
