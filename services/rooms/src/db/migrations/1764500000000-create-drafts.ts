import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Without a reference to the room: a private chat that has not begun has none. */
export class CreateDrafts1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rooms.drafts (
        user_id    uuid           NOT NULL,
        room_id    uuid           NOT NULL,
        text       text           NOT NULL,
        reply_to   uuid,
        written_at timestamptz(3) NOT NULL,
        rev        bigint         NOT NULL,
        CONSTRAINT drafts_pkey PRIMARY KEY (user_id, room_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE rooms.drafts`);
  }
}
