import { TOPIC_NAMES, type TopicName } from '@parley/contracts';
import pg from 'pg';
import { LogBacklog, leastOf, positionKey, type BacklogRecord, type LogPositions } from '../log-backlog.js';

const PAGE = 500;

/** Of the embedded event log. */
export class PostgresBacklog extends LogBacklog {
  private constructor(private readonly client: pg.Client) {
    super();
  }

  /** Rejects when Postgres cannot be reached. */
  static async open(url: string): Promise<PostgresBacklog> {
    const client = new pg.Client({ connectionString: url, application_name: 'backup-of-parley', connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined); // told by the query that needs the connection
    await client.connect();
    return new PostgresBacklog(client);
  }

  override async handled(): Promise<LogPositions> {
    const { rows } = await this.client.query<{ consumer_group: string; topic: TopicName; partition: number; next_offset: string }>(
      'SELECT consumer_group, topic, partition, next_offset FROM log.offsets',
    );
    const groups = new Map<string, Map<string, bigint>>();
    for (const { consumer_group: group, topic, partition, next_offset: next } of rows) {
      const positions = groups.get(group) ?? new Map<string, bigint>();
      groups.set(group, positions.set(positionKey(topic, partition), BigInt(next)));
    }
    return leastOf((await this.ends()).keys(), groups.values());
  }

  override async ends(): Promise<LogPositions> {
    const { rows } = await this.client.query<{ topic: TopicName; partition: number; next_offset: string }>(
      'SELECT topic, partition, next_offset FROM log.partitions WHERE topic = ANY($1)',
      [TOPIC_NAMES],
    );
    return new Map(rows.map(({ topic, partition, next_offset: next }) => [positionKey(topic, partition), BigInt(next)]));
  }

  override async read(from: LogPositions, to: LogPositions, take: (record: BacklogRecord) => Promise<void>): Promise<void> {
    for (const [key, end] of to) {
      const at = key.lastIndexOf('/');
      const [topic, partition] = [key.slice(0, at) as TopicName, Number(key.slice(at + 1))];
      for (let next = from.get(key) ?? 0n; next < end;) {
        const { rows } = await this.client.query<{ record_offset: string; type: string; payload: string }>(
          `SELECT record_offset, type, payload FROM log.records
           WHERE topic = $1 AND partition = $2 AND record_offset >= $3 AND record_offset < $4 ORDER BY record_offset LIMIT ${PAGE}`,
          [topic, partition, next, end],
        );
        for (const { type, payload } of rows) await take({ topic, type, payload });
        if (rows.length < PAGE) break;
        next = BigInt(rows.at(-1)!.record_offset) + 1n;
      }
    }
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.client.end();
  }
}
