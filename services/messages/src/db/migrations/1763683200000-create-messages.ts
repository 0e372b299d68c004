import type { MigrationInterface, QueryRunner } from 'typeorm';

const PARTITIONS = 8;

/**
 * `room_id` comes first in every key: a room lives in one partition, and the tables distribute on Citus unchanged.
 * `room_heads.last_seq` is the room's counter. Its row lock orders the writers of a room, which no SEQUENCE would do:
 * a rolled-back transaction takes a sequence's number with it and leaves a hole.
 */
export class CreateMessages1763683200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE messages.room_heads (
        room_id  uuid   NOT NULL,
        last_seq bigint NOT NULL,
        epoch    int    NOT NULL DEFAULT 1,
        PRIMARY KEY (room_id)
      ) PARTITION BY HASH (room_id)`);
    await runner.query(`
      CREATE TABLE messages.messages (
        room_id       uuid        NOT NULL,
        seq           bigint      NOT NULL,
        id            uuid        NOT NULL,
        rev           int         NOT NULL DEFAULT 0,
        client_msg_id text        NOT NULL,
        kind          text        NOT NULL,
        sender_id     uuid,
        text          text        NOT NULL,
        reply_to      uuid,
        created_at    timestamptz NOT NULL,
        edited_at     timestamptz,
        deleted_at    timestamptz,
        PRIMARY KEY (room_id, seq),
        CONSTRAINT messages_id_key UNIQUE (room_id, id),
        CONSTRAINT messages_client_key UNIQUE (room_id, sender_id, client_msg_id)
      ) PARTITION BY HASH (room_id)`);
    for (const table of ['room_heads', 'messages'])
      for (let remainder = 0; remainder < PARTITIONS; remainder += 1)
        await runner.query(
          `CREATE TABLE messages.${table}_p${remainder} PARTITION OF messages.${table} FOR VALUES WITH (MODULUS ${PARTITIONS}, REMAINDER ${remainder})` +
            (table === 'room_heads' ? ' WITH (fillfactor = 50)' : ''), // the counter rows change all the time: leave room for HOT updates
        );
    await runner.query(`CREATE TABLE messages.people (id uuid PRIMARY KEY, sender jsonb NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE messages.people, messages.messages, messages.room_heads`);
  }
}
