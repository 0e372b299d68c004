import { Logger } from '@nestjs/common';
import type { EventDefinition } from '@parley/contracts';
import type { Database, Transaction } from '@parley/db';
import type { EventLog } from '../event-log/event-log.js';
import { backOffMs, pause } from '../event-log/back-off.js';
import { isTransientFault } from '../event-log/transient-fault.js';
import { WakeUp } from '../event-log/wake-up.js';
import { outboxTable } from './outbox.js';

const MAX_BATCH = 500;

interface OutboxRow {
  readonly id: string;
  readonly type: string;
  readonly payload: unknown;
}

/**
 * Moves the facts of one schema's outbox to the event log. The rows of a batch stay locked until they are deleted, so
 * that relays of several processes work one after another and none overtakes.
 */
export class OutboxRelay {
  readonly #logger = new Logger(OutboxRelay.name);
  readonly #wakeUp = new WakeUp();
  readonly #closing = new AbortController();
  readonly #events: ReadonlyMap<string, EventDefinition>;
  readonly #table: string;
  readonly #running: Promise<void>;
  #waitingSince: number | undefined;
  /** Facts that were parked by this process. */
  parked = 0;

  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
    events: readonly EventDefinition[],
  ) {
    this.#events = new Map(events.map((event) => [event.type, event]));
    this.#table = outboxTable(database.schema);
    this.#running = this.#run();
  }

  get schema(): string {
    return this.database.schema;
  }

  /** Of the fact that waits longest; as the last look found it. */
  get ageSeconds(): number {
    return this.#waitingSince === undefined ? 0 : Math.max(0, Date.now() - this.#waitingSince) / 1000;
  }

  wake(): void {
    this.#wakeUp.notify();
  }

  /** Moves what stands there now, then stops. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    for (;;) {
      const isLast = this.#closing.signal.aborted;
      try {
        const moved = await this.#moveBatch();
        failures = 0;
        if (moved === MAX_BATCH) continue;
        if (isLast) return;
        await this.#wakeUp.wait();
      } catch (error) {
        this.#logger.warn(`facts of ${this.schema} wait for the event log: ${(error as Error).message}`);
        if (isLast) return;
        await pause(backOffMs(failures++), this.#closing.signal);
      }
    }
  }

  /** The number of rows that were taken off the outbox. */
  async #moveBatch(): Promise<number> {
    const [head] = await this.database.query<{ created_at: Date }>(
      `SELECT created_at FROM ${this.#table} WHERE parked_because IS NULL ORDER BY id LIMIT 1`,
    );
    this.#waitingSince = head?.created_at.getTime();
    if (!head) return 0; // the usual case of a poll costs no transaction
    return this.database.transaction(async (transaction) => {
      const rows = await transaction.query<OutboxRow>(
        `SELECT id, type, payload FROM ${this.#table} WHERE parked_because IS NULL AND type = ANY($1) ORDER BY id LIMIT ${MAX_BATCH} FOR UPDATE`,
        [[...this.#events.keys()]],
      );
      if (rows.length === 0) return 0;
      const outcomes = await Promise.allSettled(rows.map((row) => this.log.append(this.#events.get(row.type)!, row.payload)));
      const failure = outcomes.find((outcome) => outcome.status === 'rejected' && isTransientFault(outcome.reason));
      if (failure?.status === 'rejected') throw failure.reason; // all of them once more, in order
      await this.#park(transaction, rows, outcomes);
      await transaction.query(`DELETE FROM ${this.#table} WHERE id = ANY($1) AND parked_because IS NULL`, [rows.map((row) => row.id)]);
      this.#waitingSince = undefined;
      return rows.length;
    });
  }

  /** What the log will never take stays where it is, with the reason, and holds nobody up. */
  async #park(transaction: Transaction, rows: readonly OutboxRow[], outcomes: readonly PromiseSettledResult<void>[]): Promise<void> {
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') continue;
      const row = rows[index]!;
      this.parked += 1;
      const reason = String(outcome.reason).slice(0, 2_000);
      await transaction.query(`UPDATE ${this.#table} SET parked_because = $2 WHERE id = $1`, [row.id, reason]);
      this.#logger.error(`${row.type} ${row.id} of ${this.schema} was parked: ${reason}`);
    }
  }
}
