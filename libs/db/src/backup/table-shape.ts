import type pg from 'pg';

/** A table whose rows a dump has; one that consists of partitions is one table. */
export interface TableShape {
  readonly schema: string;
  readonly table: string;
  /** Without those that Postgres computes. */
  readonly columns: readonly string[];
}

interface FoundTable {
  readonly oid: string;
  readonly schema: string;
  readonly table: string;
  readonly columns: string[];
  /** Tables that its foreign keys point to. */
  readonly needs: string[];
}

/** All but TypeORM's list of migrations, in an order in which each comes after those that it refers to. */
export async function findTables(client: pg.Client, schemas: readonly string[]): Promise<TableShape[]> {
  const { rows } = await client.query<FoundTable>(
    `SELECT class.oid::text AS oid, nspname AS schema, relname AS table,
            (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
             WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
            ARRAY(SELECT confrelid::text FROM pg_constraint WHERE conrelid = class.oid AND contype = 'f' AND confrelid <> class.oid) AS needs
     FROM pg_class AS class JOIN pg_namespace AS namespace ON namespace.oid = relnamespace
     WHERE nspname = ANY($1) AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'migrations'
     ORDER BY nspname, relname`,
    [schemas],
  );
  const ordered: FoundTable[] = [];
  const waiting = new Set(rows);
  while (waiting.size > 0) {
    const free = [...waiting].filter(({ needs }) => ![...waiting].some(({ oid }) => needs.includes(oid)));
    if (free.length === 0) throw new Error(`tables refer to each other: ${[...waiting].map(({ table }) => table).join(', ')}`);
    for (const table of free) waiting.delete(table);
    ordered.push(...free);
  }
  return ordered.map(({ schema, table, columns }) => ({ schema, table, columns }));
}

export interface ColumnSequence {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** Of the sequence, ready for SQL. */
  readonly name: string;
}

/** Of the columns that number their rows themselves. */
export async function findSequences(client: pg.Client, schemas: readonly string[]): Promise<ColumnSequence[]> {
  const { rows } = await client.query<ColumnSequence>(
    `SELECT schema, "table", "column", name FROM (
       SELECT nspname AS schema, relname AS "table", attname AS "column", pg_get_serial_sequence(format('%I.%I', nspname, relname), attname) AS name
       FROM pg_class AS class JOIN pg_namespace AS namespace ON namespace.oid = relnamespace JOIN pg_attribute ON attrelid = class.oid
       WHERE nspname = ANY($1) AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'migrations'
         AND attnum > 0 AND NOT attisdropped AND (attidentity <> '' OR atthasdef)) AS columns
     WHERE name IS NOT NULL ORDER BY 1, 2, 3`,
    [schemas],
  );
  return rows;
}
