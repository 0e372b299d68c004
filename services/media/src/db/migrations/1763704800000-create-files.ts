import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A row is there before its bytes and goes after them, so bytes without a row cannot be. `pending` while they arrive, `ready`
 * until they are used, `attached` to a message or as an avatar, `removed` once nobody may read them any more.
 */
export class CreateFiles1763704800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE media.files (
        id             uuid PRIMARY KEY,
        owner_id       uuid NOT NULL,
        state          text NOT NULL CHECK (state IN ('pending', 'ready', 'attached', 'removed')),
        name           text NOT NULL,
        type           text NOT NULL,
        -- while pending: what it may become
        size           bigint NOT NULL,
        sha256         text,
        width          int,
        height         int,
        duration_ms    int,
        placeholder    text,
        thumbnail_size int,
        alt_text       text,
        -- of the message that it is set aside for
        room_id        uuid,
        message_id     uuid,
        position       int,
        is_avatar      boolean NOT NULL DEFAULT false,
        -- of the state
        changed_at     timestamptz NOT NULL DEFAULT now(),
        -- when the log told of the message or profile that shows it
        confirmed_at   timestamptz,
        created_at     timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE INDEX files_owner ON media.files (owner_id) INCLUDE (size) WHERE state <> 'removed'`);
    await runner.query(`CREATE INDEX files_message ON media.files (message_id) WHERE message_id IS NOT NULL`);
    await runner.query(`CREATE INDEX files_unsettled ON media.files (changed_at) WHERE state <> 'attached' OR confirmed_at IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE media.files`);
  }
}
