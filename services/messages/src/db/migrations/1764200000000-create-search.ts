import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What can be found, one row per message, in words that the application made (`search/search-words.ts`): no dictionary and no
 * locale of a server decides what a word is. Not partitioned: a search asks for all rooms at once, and would look into every partition.
 */
export class CreateSearch1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE messages.search_entries (
        room_id    uuid        NOT NULL,
        seq        bigint      NOT NULL,
        message_id uuid        NOT NULL,
        created_at timestamptz NOT NULL,
        words      tsvector    NOT NULL,
        PRIMARY KEY (room_id, seq)
      )`);
    await runner.query(`CREATE INDEX search_entries_by_time ON messages.search_entries (created_at, message_id)`);
    // A short pending list: every search reads all of it, and whoever fills it up has to sort it in.
    await runner.query(
      `CREATE INDEX search_entries_by_words ON messages.search_entries USING gin (words) WITH (fastupdate = on, gin_pending_list_limit = 256)`,
    );
    // How to look is decided by the question (`search/candidate-finder.ts`), not by what happens to be common.
    await runner.query(`ALTER TABLE messages.search_entries ALTER COLUMN words SET STATISTICS 0`);

    // Every word that was written, for those who misspell it. A trusted extension: the owner of a database may create it.
    await runner.query(`CREATE EXTENSION IF NOT EXISTS pg_trgm`);
    await runner.query(`CREATE TABLE messages.search_words (word text COLLATE "C" PRIMARY KEY)`);
    await runner.query(`CREATE INDEX search_words_by_trigram ON messages.search_words USING gin (word gin_trgm_ops)`);

    // Which rooms everybody may read. A hint that keeps the rest out of the candidates: whoever asks is still asked about.
    await runner.query(`CREATE TABLE messages.search_rooms (room_id uuid PRIMARY KEY, is_public boolean NOT NULL)`);
    await runner.query(`CREATE INDEX search_rooms_public ON messages.search_rooms (room_id) WHERE is_public`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE messages.search_rooms, messages.search_words, messages.search_entries`);
  }
}
