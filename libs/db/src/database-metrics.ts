import { failureOf, type Metrics } from '@parley/telemetry';
import type { Pool } from 'pg';

const WAIT_SECONDS = [0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Connections are counted by schema: a service's, or the event log's. */
const POOL = 'db_client_connection_pool_name';

/** What operators see of one pool of connections, with the names of OpenTelemetry's conventions for databases. */
export class DatabaseMetrics {
  readonly #queries;
  readonly #waits;

  constructor(
    private readonly metrics: Metrics,
    private readonly schema: string,
  ) {
    this.#queries = metrics.histogram({
      name: 'db_client_operation_duration_seconds',
      help: 'Hand-written SQL, by schema and by what went wrong: the class of the SQLSTATE (empty: nothing). Waiting for a connection is included.',
      labelNames: ['db_namespace', 'error_type'],
      buckets: WAIT_SECONDS,
    });
    this.#waits = metrics.histogram({
      name: 'db_client_connection_wait_time_seconds',
      help: 'How long work waited for a connection of the pool, by schema.',
      labelNames: [POOL],
      buckets: WAIT_SECONDS,
    });
  }

  /** `size`: connections at the most. */
  watch(pool: Pool, size: number): void {
    const here = { [POOL]: this.schema };
    this.metrics.gauge(
      {
        name: 'db_client_connection_count',
        help: 'Connections of the pool, by schema and state (idle, used).',
        labelNames: [POOL, 'db_client_connection_state'],
      },
      () => [
        { labels: { ...here, db_client_connection_state: 'idle' }, value: pool.idleCount },
        { labels: { ...here, db_client_connection_state: 'used' }, value: pool.totalCount - pool.idleCount },
      ],
    );
    this.metrics.gauge(
      { name: 'db_client_connection_max', help: 'Connections that the pool may have, by schema.', labelNames: [POOL] },
      () => [{ labels: here, value: size }],
    );
    this.metrics.gauge(
      { name: 'db_client_connection_pending_requests', help: 'Work that waits for a connection now, by schema.', labelNames: [POOL] },
      () => [{ labels: here, value: pool.waitingCount }],
    );
    this.#measureWaits(pool);
  }

  queried(startedAt: number, error?: unknown): void {
    const seconds = (performance.now() - startedAt) / 1000;
    this.#queries.observe({ db_namespace: this.schema, error_type: error === undefined ? '' : classOf(error) }, seconds);
  }

  /** All ways to a connection lead through `connect`, which has a form with a callback and one without. */
  #measureWaits(pool: Pool): void {
    const connect = pool.connect.bind(pool) as (callback?: (...answer: unknown[]) => void) => Promise<unknown> | undefined;
    const waits = this.#waits;
    const here = { [POOL]: this.schema } as const;
    const measured = (callback?: (...answer: unknown[]) => void): Promise<unknown> | undefined => {
      const startedAt = performance.now();
      const note = () => waits.observe(here, (performance.now() - startedAt) / 1000);
      if (callback) {
        return connect((...answer) => {
          note();
          callback(...answer);
        });
      }
      return connect()?.finally(note);
    };
    pool.connect = measured as typeof pool.connect;
  }
}

/** `23` for all violations of constraints (SQLSTATE has few classes), or the name of what kept the query from the server. */
function classOf(error: unknown): string {
  const failure = failureOf(error);
  return /^[0-9A-Z]{5}$/.test(failure) ? failure.slice(0, 2) : failure;
}
