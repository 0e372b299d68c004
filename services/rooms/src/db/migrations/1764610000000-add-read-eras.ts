import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Within an era a marker only moves forward; whoever marks unread begins the next one. A new membership begins later than
 * any before it ended, so eras come from the clock (ms) where they can. Two steps, so that no row is written anew.
 */
export class AddReadEras1764610000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE rooms.members ADD COLUMN read_era bigint NOT NULL DEFAULT 0`);
    await runner.query(
      `ALTER TABLE rooms.members ALTER COLUMN read_era SET DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE rooms.members DROP COLUMN read_era`);
  }
}
