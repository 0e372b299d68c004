import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The files of a message as its readers see them, so that history asks nobody. NULL: none, as for most. */
export class AddAttachments1763704800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE messages.messages ADD COLUMN attachments jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE messages.messages DROP COLUMN attachments`);
  }
}
