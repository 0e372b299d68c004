import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A constant default is kept in the catalogue: no row is written, however many members there are. */
export class AddFavourites1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE rooms.members ADD COLUMN favourite boolean NOT NULL DEFAULT false`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE rooms.members DROP COLUMN favourite`);
  }
}
