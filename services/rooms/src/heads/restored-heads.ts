import type { Queryable } from '@parley/db';

/**
 * After a restore: counts and markers stay, for they fit the restored messages, and are of the epoch that those have now. Without this
 * the first message of each room would begin them anew (`foldStored`). To be run while no service works.
 */
export async function moveRoomEpoch(transaction: Queryable, epoch: number): Promise<void> {
  await transaction.query('UPDATE rooms.rooms SET epoch = $1', [epoch]);
  await transaction.query(`ALTER TABLE rooms.rooms ALTER COLUMN epoch SET DEFAULT ${Math.trunc(epoch)}`);
}
