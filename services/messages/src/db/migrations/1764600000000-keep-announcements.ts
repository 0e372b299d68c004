import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a room said itself, in parts. NULL: a person wrote it, or it was said before parts were kept. */
export class KeepAnnouncements1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE messages.messages ADD COLUMN announcement jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE messages.messages DROP COLUMN announcement`);
  }
}
