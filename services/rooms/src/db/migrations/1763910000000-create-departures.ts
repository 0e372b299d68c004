import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who went out of which room lately: what gateways ask for when they may have missed the fact. Kept for an hour. */
export class CreateDepartures1763910000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rooms.departures (
        room_id uuid           NOT NULL,
        user_id uuid           NOT NULL,
        at      timestamptz(3) NOT NULL,
        CONSTRAINT departures_pkey PRIMARY KEY (room_id, user_id)
      )`);
    await runner.query(`CREATE INDEX departures_by_time ON rooms.departures (at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE rooms.departures`);
  }
}
