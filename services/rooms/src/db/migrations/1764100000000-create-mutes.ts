import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateMutes1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rooms.mutes (
        room_id  uuid           NOT NULL,
        user_id  uuid           NOT NULL,
        muted_by uuid           NOT NULL,
        until    timestamptz(3) NOT NULL,
        CONSTRAINT mutes_pkey PRIMARY KEY (room_id, user_id),
        CONSTRAINT mutes_room_fkey FOREIGN KEY (room_id) REFERENCES rooms.rooms (id)
      )`);
    await runner.query(`CREATE INDEX mutes_by_end ON rooms.mutes (until)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE rooms.mutes`);
  }
}
