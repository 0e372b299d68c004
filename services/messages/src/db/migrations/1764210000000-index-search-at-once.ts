import type { MigrationInterface, QueryRunner } from 'typeorm';

/** New rows are sorted in when they come. In a list of pending ones they are cheaper to write, but every search reads all of it. */
export class IndexSearchAtOnce1764210000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER INDEX messages.search_entries_by_words SET (fastupdate = off)`);
    await runner.query(`SELECT gin_clean_pending_list('messages.search_entries_by_words')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER INDEX messages.search_entries_by_words SET (fastupdate = on)`);
  }
}
