import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Beside each count of members goes the number of the change that it is from, so that nobody takes an old one for a new one. */
export class CountMembershipChanges1764620000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE rooms.rooms ADD COLUMN member_rev bigint NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE rooms.rooms DROP COLUMN member_rev`);
  }
}
