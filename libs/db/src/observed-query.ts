import { currentSpan, inSpan } from '@parley/telemetry';
import type { QueryConfig } from 'pg';
import type { DatabaseMetrics } from './database-metrics.js';

/** Measures a query, and records it as part of the trace that it belongs to: its text, which has no values in it. */
export async function observed<T>(
  sql: string | QueryConfig,
  schema: string,
  metrics: DatabaseMetrics | undefined,
  run: () => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  try {
    const result = await (currentSpan() ? inQuerySpan(sql, schema, run) : run());
    metrics?.queried(startedAt);
    return result;
  } catch (error) {
    metrics?.queried(startedAt, error);
    throw error;
  }
}

function inQuerySpan<T>(sql: string | QueryConfig, schema: string, run: () => Promise<T>): Promise<T> {
  const { name, text } = typeof sql === 'string' ? { name: undefined, text: sql } : sql;
  const statement = text.trim();
  const operation = /^\w+/.exec(statement)?.[0].toUpperCase() ?? 'SQL';
  return inSpan(
    name ?? `${operation} ${schema}`,
    {
      kind: 'client',
      attributes: { 'db.system.name': 'postgresql', 'db.namespace': schema, 'db.operation.name': operation, 'db.query.text': statement },
    },
    run,
  );
}
