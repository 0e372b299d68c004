import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FindLooksAndStatusEnds1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX users_username_look ON auth.users ((lower(replace(translate(username, '01I', 'Oll'), 'm', 'rn'))))`);
    await runner.query(`CREATE INDEX users_status_end ON auth.users ((status->>'expiresAt')) WHERE status->>'expiresAt' IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX auth.users_status_end, auth.users_username_look`);
  }
}
