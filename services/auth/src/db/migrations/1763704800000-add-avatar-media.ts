import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddAvatarMedia1763704800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE auth.users ADD COLUMN avatar_media_id uuid`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE auth.users DROP COLUMN avatar_media_id`);
  }
}
