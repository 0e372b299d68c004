import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the room said last, in parts. NULL: a person wrote last, or it was said before parts were kept. */
export class KeepAnnouncements1764630000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE rooms.rooms ADD COLUMN last_announcement jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE rooms.rooms DROP COLUMN last_announcement`);
  }
}
