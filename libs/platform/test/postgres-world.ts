import type { TopicName } from '@parley/contracts';
import { createTestDatabase } from '@parley/db/testing';
import pg from 'pg';
import type { DeadLetterRow, EventLogWorld } from '../src/event-log/event-log.contract.js';
import { logSchema } from '../src/event-log/postgres/log-schema.js';
import { PostgresEventLog, type PostgresEventLogOptions } from '../src/event-log/postgres/postgres-event-log.js';

export interface PostgresWorld extends EventLogWorld {
  readonly url: string;
  open(options?: Partial<PostgresEventLogOptions>): Promise<PostgresEventLog>;
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

/** A database of its own with the log's tables. */
export async function postgresWorld(): Promise<PostgresWorld> {
  const database = await createTestDatabase([logSchema]);
  const client = new pg.Client({ connectionString: database.url, application_name: 'test' });
  await client.connect();
  const logs: PostgresEventLog[] = [];
  const query = async (sql: string, values: unknown[] = []) => (await client.query<Record<string, unknown>>(sql, values)).rows;
  return {
    url: database.url,
    query,
    async open(options = {}) {
      const log = await PostgresEventLog.open({ url: database.url, ...options });
      logs.push(log);
      return log;
    },
    async appendRaw(topic: TopicName, partition: number, type: string, payload: string) {
      await query(
        `WITH counter AS (
           UPDATE log.partitions SET next_offset = next_offset + 1 WHERE topic = $1 AND partition = $2 RETURNING next_offset - 1 AS next
         ) INSERT INTO log.records (topic, partition, record_offset, type, payload) SELECT $1, $2, next, $3, $4 FROM counter`,
        [topic, partition, type, payload],
      );
    },
    async deadLetters(topic: TopicName) {
      const rows = await query('SELECT *, origin_offset::text AS place FROM log.dead_letters WHERE origin_topic = $1', [topic]);
      return rows.map(
        (row) =>
          ({
            topic: row.topic,
            originTopic: row.origin_topic,
            partition: row.origin_partition,
            offset: BigInt(row.place as string),
            group: row.consumer_group,
            type: row.type,
            payload: row.payload,
            error: row.error,
          }) as DeadLetterRow,
      );
    },
    async cutConnections() {
      await query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(logs.map((log) => log.close()));
      await client.end();
      await database.drop();
    },
  };
}
