import { Injectable } from '@nestjs/common';
import { RoomsDatabase } from '../db/rooms.database.js';

/** Nobody looks for a notification that is older. */
const FORGOTTEN_AFTER = `interval '2 days'`;

/** Notifications that devices show, so that they can be taken back. */
@Injectable()
export class PushShownRepository {
  constructor(private readonly database: RoomsDatabase) {}

  async add(sessionId: string, roomId: string, seq: number): Promise<void> {
    await this.database.query(
      `INSERT INTO rooms.push_shown AS shown (session_id, room_id, seq) SELECT $1, $2, $3 WHERE EXISTS (SELECT FROM rooms.push_devices WHERE session_id = $1)
       ON CONFLICT (session_id, room_id) DO UPDATE SET seq = greatest(shown.seq, excluded.seq), at = now()`,
      [sessionId, roomId, seq],
    );
  }

  /** Devices that show what was read elsewhere, or what its reader may no longer see, want to be looked at. */
  async wakeOutdated(): Promise<void> {
    await this.database.query({
      name: 'rooms-wake-outdated-pushes',
      text: `UPDATE rooms.push_devices AS device SET next_at = now() FROM rooms.push_shown AS shown
             LEFT JOIN rooms.push_devices AS owner ON owner.session_id = shown.session_id
             LEFT JOIN rooms.members AS member ON member.room_id = shown.room_id AND member.user_id = owner.user_id
             WHERE device.session_id = shown.session_id AND device.next_at IS NULL AND (member.read_seq IS NULL OR member.read_seq >= shown.seq)`,
    });
  }

  /** The rooms whose notifications are outdated on this device; it is not asked about them again. */
  async takeOutdated(sessionId: string, userId: string): Promise<string[]> {
    const rows = await this.database.query<{ room_id: string }>(
      `DELETE FROM rooms.push_shown AS shown
       WHERE session_id = $1 AND NOT EXISTS (
         SELECT FROM rooms.members AS member WHERE member.room_id = shown.room_id AND member.user_id = $2 AND member.read_seq < shown.seq)
       RETURNING room_id`,
      [sessionId, userId],
    );
    return rows.map((row) => row.room_id);
  }

  async removeForgotten(): Promise<void> {
    await this.database.query(`DELETE FROM rooms.push_shown WHERE at < now() - ${FORGOTTEN_AFTER}`);
  }
}
