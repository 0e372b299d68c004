import type { Queryable } from '@parley/db';

/**
 * Gives every room another epoch, those without messages included: whoever saw what came after the backup learns by it that positions
 * mean something else now. Seconds since 2026 grow from one restore to the next, so that the same backup restored twice has two.
 * To be run while no service works. Answers the epoch.
 */
export async function moveMessageEpoch(transaction: Queryable): Promise<number> {
  const [next] = await transaction.query<{ epoch: number }>(
    `SELECT greatest(coalesce(max(epoch), 1) + 1, extract(epoch FROM now() - timestamptz '2026-01-01 00:00:00Z'))::int AS epoch FROM messages.room_heads`,
  );
  const epoch = next!.epoch;
  await transaction.query('UPDATE messages.room_heads SET epoch = $1', [epoch]);
  await transaction.query(`ALTER TABLE messages.room_heads ALTER COLUMN epoch SET DEFAULT ${epoch}`);
  return epoch;
}
