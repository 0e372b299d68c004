import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What `foldText` does from now on, to the keys that were written without it. */
const FOLDED = `normalize(replace(replace(replace(replace(translate(
  regexp_replace(lower(normalize(search_key, NFKD)), '[\\u0300-\\u036f\\u0591-\\u05c7\\u064b-\\u065f\\u0670]', '', 'g'),
  'øłđðıς', 'olddiσ'), 'ß', 'ss'), 'þ', 'th'), 'æ', 'ae'), 'œ', 'oe'), NFC)`;

export class FoldSearchKeys1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE auth.users SET search_key = ${FOLDED} WHERE search_key ~ '[^\\u0001-\\u007f]'`);
  }

  async down(): Promise<void> {
    // Whoever searches for an accent finds nobody until the names are saved again; nothing is lost.
  }
}
