import type { TopicName } from '@parley/contracts';
import pg from 'pg';
import { DeadLetters, type WaitingLetter } from '../dead-letters.js';

interface Row {
  readonly origin_topic: TopicName;
  readonly origin_partition: number;
  readonly origin_offset: string;
  readonly consumer_group: string;
  readonly type: string;
  readonly payload: string;
  readonly error: string;
  readonly set_aside_at: Date;
}

/** Takes the letter off the table and puts its record into the log in one statement: both or neither. */
const REPLAY = `
  WITH letter AS (
    DELETE FROM log.dead_letters
    WHERE origin_topic = $1 AND origin_partition = $2 AND origin_offset = $3 AND consumer_group = $4
    RETURNING type, payload
  ), counter AS (
    UPDATE log.partitions SET next_offset = next_offset + 1
    WHERE topic = $1 AND partition = $2 AND EXISTS (SELECT FROM letter)
    RETURNING next_offset
  ), record AS (
    INSERT INTO log.records (topic, partition, record_offset, type, payload)
    SELECT $1, $2, counter.next_offset - 1, letter.type, letter.payload FROM letter, counter
  )
  SELECT pg_notify('parley_log', 'replay/' || $1 || '/' || $2 || '/' || next_offset) FROM counter`;

/** The dead letters of the embedded event log. */
export class PostgresDeadLetters extends DeadLetters {
  private constructor(private readonly client: pg.Client) {
    super();
  }

  /** Rejects when Postgres cannot be reached. */
  static async open(url: string): Promise<PostgresDeadLetters> {
    const client = new pg.Client({ connectionString: url, application_name: 'parley-dlq', connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined); // told by the query that needs the connection
    await client.connect();
    return new PostgresDeadLetters(client);
  }

  override async list(): Promise<WaitingLetter[]> {
    const { rows } = await this.client.query<Row>('SELECT * FROM log.dead_letters ORDER BY set_aside_at, origin_offset');
    return rows.map((row) => ({
      id: `${row.origin_topic}/${row.origin_partition}/${row.origin_offset}/${row.consumer_group}`,
      topic: row.origin_topic,
      partition: row.origin_partition,
      offset: BigInt(row.origin_offset),
      group: row.consumer_group,
      type: row.type,
      error: row.error,
      setAsideAt: row.set_aside_at,
      payload: row.payload,
    }));
  }

  override async replay({ id, topic, partition, offset, group }: WaitingLetter): Promise<void> {
    const { rowCount } = await this.client.query(REPLAY, [topic, partition, offset, group]);
    if (rowCount !== 1) throw new Error(`there is no dead letter ${id}`);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.client.end();
  }
}
