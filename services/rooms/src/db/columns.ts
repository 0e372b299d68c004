import type { ColumnOptions } from 'typeorm';

/** Positions and counts fit into a double; the driver hands out `bigint` as text. */
export const positionColumn = (name: string): ColumnOptions => ({
  name,
  type: 'bigint',
  transformer: { to: (value: number) => value, from: (value: string | null) => (value === null ? null : Number(value)) },
});

export const timeColumn = (name: string): ColumnOptions => ({ name, type: 'timestamptz', precision: 3 });
