import type { MigrationInterface, QueryRunner } from 'typeorm';

const PARTITIONS = 8;

/**
 * `room_heads.changes` counts what `last_seq` does not: messages that became others. It advances by one for each message
 * that a batch changed, under the same row lock, so it has no holes either, and whoever was away asks for what came since.
 * A message that was never changed has `rev` 0 and nothing in any of the other tables.
 */
export class ChangeMessages1763900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE messages.room_heads ADD COLUMN changes bigint NOT NULL DEFAULT 0`);
    await runner.query(`
      ALTER TABLE messages.messages
        ADD COLUMN change    bigint,
        ADD COLUMN mentions  jsonb,
        ADD COLUMN reactions jsonb`);
    await runner.query(`CREATE INDEX messages_by_change ON messages.messages (room_id, change) WHERE change IS NOT NULL`);

    // Every text that a message had, once it has had two.
    await runner.query(`
      CREATE TABLE messages.revisions (
        room_id    uuid        NOT NULL,
        message_id uuid        NOT NULL,
        rev        int         NOT NULL,
        text       text        NOT NULL,
        edited_at  timestamptz NOT NULL,
        PRIMARY KEY (room_id, message_id, rev)
      ) PARTITION BY HASH (room_id)`);
    // `messages.reactions` is what is shown of these: kinds, counts and the first people.
    await runner.query(`
      CREATE TABLE messages.reactions (
        room_id    uuid NOT NULL,
        message_id uuid NOT NULL,
        emoji      text NOT NULL,
        user_id    uuid NOT NULL,
        rev        int  NOT NULL,
        PRIMARY KEY (room_id, message_id, emoji, user_id)
      ) PARTITION BY HASH (room_id)`);
    // Which commands had their turn, and what came of it. Kept as long as the log can bring one again.
    await runner.query(`
      CREATE TABLE messages.commands (
        room_id    uuid        NOT NULL,
        command_id uuid        NOT NULL,
        rev        int         NOT NULL,
        refusal    text,
        applied_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (room_id, command_id)
      ) PARTITION BY HASH (room_id)`);
    for (const table of ['revisions', 'reactions', 'commands'])
      for (let remainder = 0; remainder < PARTITIONS; remainder += 1)
        await runner.query(
          `CREATE TABLE messages.${table}_p${remainder} PARTITION OF messages.${table} FOR VALUES WITH (MODULUS ${PARTITIONS}, REMAINDER ${remainder})`,
        );
    await runner.query(`CREATE INDEX commands_by_age ON messages.commands USING brin (applied_at)`);
    await runner.query(`CREATE INDEX people_by_username ON messages.people (lower(sender->>'username'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX messages.people_by_username`);
    await runner.query(`DROP TABLE messages.commands, messages.reactions, messages.revisions`);
    await runner.query(`ALTER TABLE messages.messages DROP COLUMN change, DROP COLUMN mentions, DROP COLUMN reactions`);
    await runner.query(`ALTER TABLE messages.room_heads DROP COLUMN changes`);
  }
}
