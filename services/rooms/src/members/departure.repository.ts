import { Injectable } from '@nestjs/common';
import type { LostAccess } from '@parley/chat';
import type { Transaction } from '@parley/db';
import { RoomsDatabase } from '../db/rooms.database.js';

/** Old ones that are forgotten with each new one: the table stays as small as an hour is. */
const FORGOTTEN_AT_A_TIME = 10;

@Injectable()
export class DepartureRepository {
  constructor(private readonly database: RoomsDatabase) {}

  async note(transaction: Transaction, roomId: string, userId: string): Promise<void> {
    await transaction.query(
      `INSERT INTO rooms.departures (room_id, user_id, at) VALUES ($1, $2, clock_timestamp())
       ON CONFLICT (room_id, user_id) DO UPDATE SET at = excluded.at`,
      [roomId, userId],
    );
    await transaction.query(
      `DELETE FROM rooms.departures WHERE (room_id, user_id) IN (
         SELECT room_id, user_id FROM rooms.departures WHERE at < now() - interval '1 hour'
         ORDER BY at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [FORGOTTEN_AT_A_TIME],
    );
  }

  /** Those who did not come back and, as strangers, may not read the room. */
  async listLostAccess(withinMs: number): Promise<LostAccess[]> {
    const rows = await this.database.query<{ room_id: string; user_id: string }>({
      name: 'rooms-list-lost-access',
      text: `SELECT departure.room_id, departure.user_id
             FROM rooms.departures AS departure JOIN rooms.rooms AS room ON room.id = departure.room_id
             WHERE departure.at > now() - make_interval(secs => $1::float8 / 1000)
               AND NOT EXISTS (SELECT FROM rooms.members WHERE room_id = departure.room_id AND user_id = departure.user_id)
               AND (room.visibility = 'private'
                    OR EXISTS (SELECT FROM rooms.bans WHERE room_id = departure.room_id AND user_id = departure.user_id))`,
      values: [withinMs],
    });
    return rows.map(({ room_id, user_id }) => ({ roomId: room_id, userId: user_id }));
  }
}
