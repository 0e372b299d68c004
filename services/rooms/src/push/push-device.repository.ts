import { Injectable } from '@nestjs/common';
import type { PushLanguage, PushSubscriptionRequest } from '@parley/contracts';
import { RoomsDatabase } from '../db/rooms.database.js';
import type { PushTarget } from './push-client.js';

/** No session lives longer without being used, and whoever uses it renews this. */
const FORGOTTEN_AFTER = `interval '30 days'`;

/** A session that wants push messages. */
export interface PushDevice extends PushTarget {
  readonly sessionId: string;
  readonly userId: string;
  readonly language: PushLanguage;
  /** Attempts in a row that the push service did not take. */
  readonly failures: number;
  /** Until then nobody else looks at it. */
  readonly leasedUntil: Date;
}

@Injectable()
export class PushDeviceRepository {
  constructor(private readonly database: RoomsDatabase) {}

  /** A browser has one endpoint: whoever logs in there takes it over from who was there before. */
  async put(sessionId: string, userId: string, { endpoint, keys, language }: PushSubscriptionRequest): Promise<void> {
    await this.database.transaction(async (transaction) => {
      await transaction.query(`DELETE FROM rooms.push_devices WHERE endpoint = $1 AND session_id <> $2`, [endpoint, sessionId]);
      await transaction.query(
        `INSERT INTO rooms.push_devices (session_id, user_id, endpoint, p256dh, auth, language) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (session_id) DO UPDATE
         SET endpoint = excluded.endpoint, p256dh = excluded.p256dh, auth = excluded.auth, language = excluded.language, renewed_at = now(), failures = 0`,
        [sessionId, userId, endpoint, keys.p256dh, keys.auth, language],
      );
    });
  }

  /** With everything that waits for it. */
  async remove(sessionIds: readonly string[]): Promise<void> {
    await this.database.query(`DELETE FROM rooms.push_devices WHERE session_id = ANY($1::uuid[])`, [sessionIds]);
  }

  async removeForgotten(): Promise<void> {
    await this.database.query(`DELETE FROM rooms.push_devices WHERE renewed_at < now() - ${FORGOTTEN_AFTER}`);
  }

  /** Devices that somebody has to look at; they are the caller's until the lease ends. Any number of processes may ask. */
  async claim(limit: number, leaseMs: number): Promise<PushDevice[]> {
    const rows = await this.database.query<Record<string, unknown>>({
      name: 'rooms-claim-push-devices',
      text: `UPDATE rooms.push_devices SET next_at = now() + $2::int * interval '1 ms'
             WHERE session_id IN (SELECT session_id FROM rooms.push_devices WHERE next_at <= now() ORDER BY next_at LIMIT $1 FOR UPDATE SKIP LOCKED)
             RETURNING session_id AS "sessionId", user_id AS "userId", endpoint, p256dh, auth, language, failures, next_at AS "leasedUntil"`,
      values: [limit, leaseMs],
    });
    return rows as unknown as PushDevice[];
  }

  /**
   * Ends a lease: to be looked at again after `inMs`, else when the next thing is due. Nothing happens when something came
   * meanwhile and has set a time of its own.
   */
  async release(
    { sessionId, leasedUntil, failures }: PushDevice,
    { hasFailed = false, inMs }: { hasFailed?: boolean; inMs?: number } = {},
  ): Promise<void> {
    await this.database.query(
      `UPDATE rooms.push_devices
       SET failures = $4,
           next_at = CASE WHEN $3::int IS NOT NULL THEN now() + $3::int * interval '1 ms'
                          ELSE (SELECT min(at) FROM rooms.push_waiting AS waiting WHERE waiting.session_id = push_devices.session_id) END
       WHERE session_id = $1 AND next_at = $2`,
      [sessionId, leasedUntil, inMs === undefined ? null : Math.ceil(inMs), hasFailed ? Math.min(failures + 1, 20) : 0],
    );
  }
}
