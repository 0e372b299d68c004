import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { OperatorError } from '../installation/operator-error.js';

/** One row; whatever type a cell has in the file, here it is text. */
export type SourceRow<C extends string = string> = Readonly<Record<C, string | null>>;

export interface SourceTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** An earlier application's database file, read only. */
export class SqliteSource implements Disposable {
  private constructor(
    readonly path: string,
    private readonly database: DatabaseSync,
    readonly tables: readonly SourceTable[],
  ) {}

  /** Throws an OperatorError for what is no SQLite database. */
  static open(path: string): SqliteSource {
    if (!existsSync(path)) throw new OperatorError(`there is no file ${path}`);
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path, { readOnly: true });
      return new SqliteSource(path, database, tablesOf(database));
    } catch (error) {
      database?.close();
      throw new OperatorError(`${path} cannot be read as a SQLite database: ${(error as Error).message}`);
    }
  }

  count(table: string): number {
    return Number(this.database.prepare(`SELECT count(*) AS count FROM ${quoted(table)}`).get()?.['count'] ?? 0);
  }

  /** In the order in which they were written; `columns` says which column each field comes from. */
  *rows<C extends string>(table: string, columns: Readonly<Partial<Record<C, string>>>): Generator<SourceRow<C>> {
    const fields = Object.entries(columns) as [C, string][];
    const list = fields.map(([, column], index) => `${quoted(column)} AS c${index}`).join(', ');
    const statement = this.database.prepare(`SELECT ${list} FROM ${quoted(table)} ORDER BY ${this.orderOf(table)}`);
    statement.setReadBigInts(true);
    for (const record of statement.iterate())
      yield Object.fromEntries(fields.map(([field], index) => [field, textOf(record[`c${index}`])])) as SourceRow<C>;
  }

  [Symbol.dispose](): void {
    this.database.close();
  }

  /** Tables without row ids have a primary key. */
  private orderOf(table: string): string {
    try {
      this.database.prepare(`SELECT rowid FROM ${quoted(table)}`);
      return 'rowid';
    } catch {
      return '1';
    }
  }
}

function tablesOf(database: DatabaseSync): SourceTable[] {
  const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`).all();
  return tables.map(({ name }) => ({
    name: String(name),
    columns: database
      .prepare(`PRAGMA table_info(${quoted(String(name))})`)
      .all()
      .map((column) => String(column['name'])),
  }));
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function textOf(value: SQLOutputValue | undefined): string | null {
  if (value === null || value === undefined) return null;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);
}
