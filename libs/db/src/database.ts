import type { Metrics } from '@parley/telemetry';
import { DataSource, type EntityManager, type EntityTarget, type ObjectLiteral, type Repository } from 'typeorm';
import type { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg';
import { DatabaseMetrics } from './database-metrics.js';
import { observed } from './observed-query.js';

/** One schema of one service: what it stores and how that came to be. */
export interface ServiceSchema {
  /** Postgres schema; each service has its own and reads no other. */
  readonly schema: string;
  readonly entities: readonly (abstract new () => object)[];
  /** Classes, oldest first, so that the same code runs from source and from `dist`. */
  readonly migrations: readonly (new () => object)[];
}

/** What can run SQL: the pool or a transaction. Functions that need a transaction take one. */
export interface Queryable {
  query<R extends QueryResultRow = QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at the most; they are closed after 10 s without work. */
  readonly poolSize?: number;
  readonly applicationName?: string;
  readonly metrics?: Metrics | undefined;
}

/**
 * The Postgres of one service: TypeORM for ordinary CRUD, hand-written SQL on the same pool for hot paths.
 * Each service declares a subclass of its own, which is also its Nest token.
 */
export abstract class Database implements Queryable {
  readonly dataSource: DataSource;
  readonly schema: string;
  readonly #metrics: DatabaseMetrics | undefined;
  readonly #poolSize: number;
  #closing: Promise<void> | undefined;

  constructor(options: DatabaseOptions, serviceSchema: ServiceSchema) {
    this.schema = serviceSchema.schema;
    this.#metrics = options.metrics && new DatabaseMetrics(options.metrics, serviceSchema.schema);
    this.#poolSize = options.poolSize ?? 6;
    this.dataSource = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: serviceSchema.schema,
      entities: [...serviceSchema.entities] as never[],
      synchronize: false,
      applicationName: options.applicationName ?? `parley-${serviceSchema.schema}`,
      extra: {
        max: this.#poolSize,
        idleTimeoutMillis: 10_000,
        statement_timeout: 10_000,
        idle_in_transaction_session_timeout: 5_000,
        lock_timeout: 3_000,
      },
      poolErrorHandler: () => undefined, // an idle client lost its server; the next query opens a new one
    });
  }

  async open(): Promise<void> {
    if (this.dataSource.isInitialized) return;
    await this.dataSource.initialize();
    this.#metrics?.watch(this.pool, this.#poolSize);
  }

  /** Idempotent. Waits for the queries that run. */
  async close(): Promise<void> {
    if (this.dataSource.isInitialized) this.#closing ??= this.dataSource.destroy();
    await this.#closing;
  }

  /** Nest's last hook: by then nothing queries any more. */
  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  /** The pool below TypeORM, for prepared statements (`{ name, text, values }`). */
  get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }

  async query<R extends QueryResultRow = QueryResultRow>(sql: string | QueryConfig, values?: unknown[]): Promise<R[]> {
    const run = () => (typeof sql === 'string' ? this.pool.query<R>(sql, values) : this.pool.query<R>(sql));
    return (await observed(sql, this.schema, this.#metrics, run)).rows;
  }

  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    return this.dataSource.getRepository(entity);
  }

  /** Runs `work` in one transaction; a throw rolls back. Entities and raw SQL share it. */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.dataSource.transaction((manager) => work(new Transaction(manager, this.schema, this.#metrics)));
  }
}

export class Transaction implements Queryable {
  constructor(
    readonly manager: EntityManager,
    private readonly schema: string,
    private readonly metrics: DatabaseMetrics | undefined,
  ) {}

  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    return this.manager.getRepository(entity);
  }

  async query<R extends QueryResultRow = QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]> {
    const client = await (this.manager.queryRunner as unknown as { connect(): Promise<PoolClient> }).connect();
    return (await observed(sql, this.schema, this.metrics, () => client.query<R>(sql, values))).rows;
  }
}
