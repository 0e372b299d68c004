import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateLog1764000000000 implements MigrationInterface {
  readonly name = 'CreateLog1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    // One row per partition: locked and advanced by every append, so that offsets are dense and become visible in
    // their order. Much of each page stays free, so that updates stay on it.
    await runner.query(`
      CREATE TABLE log.partitions (
        topic text NOT NULL,
        partition int NOT NULL,
        next_offset bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (topic, partition)
      ) WITH (fillfactor = 10)`);
    await runner.query(`
      CREATE TABLE log.records (
        topic text NOT NULL,
        partition int NOT NULL,
        record_offset bigint NOT NULL,
        type text NOT NULL,
        payload text NOT NULL,
        appended_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (topic, partition, record_offset)
      ) WITH (autovacuum_vacuum_scale_factor = 0.05)`);
    await runner.query(`
      CREATE TABLE log.offsets (
        consumer_group text NOT NULL,
        topic text NOT NULL,
        partition int NOT NULL,
        next_offset bigint NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer_group, topic, partition)
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      CREATE TABLE log.dead_letters (
        topic text NOT NULL,
        origin_topic text NOT NULL,
        origin_partition int NOT NULL,
        origin_offset bigint NOT NULL,
        consumer_group text NOT NULL,
        type text NOT NULL,
        payload text NOT NULL,
        error text NOT NULL,
        set_aside_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (origin_topic, origin_partition, origin_offset, consumer_group)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE log.dead_letters, log.offsets, log.records, log.partitions');
  }
}
