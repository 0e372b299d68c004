import { LOG_EVENTS, type EventDefinition } from '@parley/contracts';
import type { Database } from '@parley/db';
import type { Metrics } from '@parley/telemetry';
import type { EventLog } from '../event-log/event-log.js';
import type { PostgresSession } from '../postgres/postgres-session.js';
import { OUTBOX_CHANNEL } from './outbox.js';
import { OutboxRelay } from './outbox-relay.js';

const POLL_MS = 1_000;

/**
 * Brings the outboxes of the services in this process to the event log: a few milliseconds after a commit, at the
 * latest with the next poll. Services register with `serve` in `onApplicationBootstrap`.
 */
export class OutboxRelays {
  readonly #relays = new Map<string, OutboxRelay>();
  #timer: NodeJS.Timeout | undefined;
  #stopListening: (() => void) | undefined;
  #ownsSession = false;

  constructor(
    private readonly session: PostgresSession,
    private readonly log: EventLog,
    private readonly events: readonly EventDefinition[] = LOG_EVENTS,
    metrics?: Metrics,
  ) {
    if (metrics) this.#watch(metrics);
  }

  /** `ownsSession`: nobody else uses it, so it is closed together with this. */
  async open({ ownsSession = false } = {}): Promise<void> {
    this.#ownsSession = ownsSession;
    this.#stopListening = await this.session.listen(OUTBOX_CHANNEL, (schema) => this.#relays.get(schema)?.wake());
    this.#timer = setInterval(() => {
      for (const relay of this.#relays.values()) relay.wake();
    }, POLL_MS);
  }

  /** From now on the facts of this service's outbox go to the log. */
  serve(database: Database): void {
    if (this.#relays.has(database.schema)) return;
    this.#relays.set(database.schema, new OutboxRelay(database, this.log, this.events));
  }

  #watch(metrics: Metrics): void {
    const readings = (value: (relay: OutboxRelay) => number) =>
      [...this.#relays.values()].map((relay) => ({ labels: { schema: relay.schema }, value: value(relay) }));
    metrics.gauge(
      {
        name: 'parley_outbox_age_seconds',
        help: 'Age of the oldest fact that waits for the event log, by schema; 0 when none waits.',
        labelNames: ['schema'],
      },
      () => readings((relay) => relay.ageSeconds),
    );
    metrics.total(
      { name: 'parley_outbox_parked_total', help: 'Facts that the event log will never take, by schema.', labelNames: ['schema'] },
      () => readings((relay) => relay.parked),
    );
  }

  /** Moves what stands in the outboxes, while databases and log are still open. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopListening?.();
    await Promise.all([...this.#relays.values()].map((relay) => relay.close()));
    this.#relays.clear();
    if (this.#ownsSession) await this.session.close(); // or it keeps a process alive that has nothing left to do
  }

  /** Before the databases close, which is in `onApplicationShutdown`. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.close();
  }
}
