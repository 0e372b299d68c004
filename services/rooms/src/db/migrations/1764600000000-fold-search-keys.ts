import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What `foldText` does from now on, to what was written without it. */
const folded = (column: string): string => `normalize(replace(replace(replace(replace(translate(
  regexp_replace(lower(normalize(${column}, NFKD)), '[\\u0300-\\u036f\\u0591-\\u05c7\\u064b-\\u065f\\u0670]', '', 'g'),
  'øłđðıς', 'olddiσ'), 'ß', 'ss'), 'þ', 'th'), 'æ', 'ae'), 'œ', 'oe'), NFC)`;

/** People and rooms are found without accents, anywhere in their names, by an index. */
export class FoldSearchKeys1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE rooms.people SET search_key = ${folded('search_key')} WHERE search_key ~ '[^\\u0001-\\u007f]'`);
    await runner.query(`ALTER TABLE rooms.rooms ADD COLUMN search_key text COLLATE "C" NOT NULL DEFAULT ''`);
    await runner.query(`UPDATE rooms.rooms SET search_key = ${folded('name_key')} WHERE kind = 'room'`);
    await runner.query(`CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public`);
    await runner.query(`CREATE INDEX people_search ON rooms.people USING gin (search_key public.gin_trgm_ops)`);
    // Its columns change with the name only, so that counting messages still writes to no index.
    await runner.query(
      `CREATE INDEX rooms_search ON rooms.rooms USING gin (search_key public.gin_trgm_ops) WHERE kind = 'room' AND archived_at IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX rooms.rooms_search, rooms.people_search`);
    await runner.query(`ALTER TABLE rooms.rooms DROP COLUMN search_key`);
  }
}
