import { Injectable } from '@nestjs/common';
import type { RevocationReason, RevokedSession } from '@parley/chat';
import { SESSION_DAYS } from '@parley/contracts';
import type { Queryable } from '@parley/db';
import { AuthDatabase } from '../db/auth.database.js';
import type { TokenFamily } from './session-token.js';

/** A session that has not ended, locked by the transaction that asked. Times are those of the database. */
export interface LiveSession extends TokenFamily {
  readonly id: string;
  readonly userId: string;
  readonly expiresAt: Date;
  readonly msSinceRotation: number;
}

export interface ListedSession {
  readonly id: string;
  readonly deviceName: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
}

const LISTED_MAX = 200;
const SEEN_EVERY = '1 minute';

@Injectable()
export class SessionRepository {
  constructor(private readonly database: AuthDatabase) {}

  /** Answers when it ends at the latest. */
  async insert(
    transaction: Queryable,
    session: { id: string; userId: string; deviceName: string; tokenHash: Buffer; rotationKey: Buffer },
  ): Promise<Date> {
    const [row] = await transaction.query<{ expiresAt: Date }>(
      `INSERT INTO auth.sessions (id, user_id, device_name, token_hash, rotation_key, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + make_interval(days => $6)) RETURNING expires_at AS "expiresAt"`,
      [session.id, session.userId, session.deviceName, session.tokenHash, session.rotationKey, SESSION_DAYS],
    );
    return row!.expiresAt;
  }

  async lockLive(transaction: Queryable, sessionId: string): Promise<LiveSession | undefined> {
    const [row] = await transaction.query<LiveSession>(
      `SELECT id, user_id AS "userId", token_hash AS "tokenHash", rotation_key AS "rotationKey", generation, expires_at AS "expiresAt",
              (extract(epoch FROM clock_timestamp() - rotated_at) * 1000)::float8 AS "msSinceRotation"
       FROM auth.sessions WHERE id = $1 AND ended_at IS NULL AND expires_at > now() FOR UPDATE`,
      [sessionId],
    );
    return row;
  }

  async findLive(sessionId: string): Promise<(LiveSession & { readonly isAdministrator: boolean }) | undefined> {
    const [row] = await this.database.query<LiveSession & { isAdministrator: boolean }>(
      `SELECT session.id, user_id AS "userId", token_hash AS "tokenHash", rotation_key AS "rotationKey", generation, expires_at AS "expiresAt",
              (extract(epoch FROM clock_timestamp() - rotated_at) * 1000)::float8 AS "msSinceRotation", is_administrator AS "isAdministrator"
       FROM auth.sessions AS session JOIN auth.users AS person ON person.id = user_id
       WHERE session.id = $1 AND ended_at IS NULL AND expires_at > now()`,
      [sessionId],
    );
    return row;
  }

  async rotate(transaction: Queryable, sessionId: string, tokenHash: Buffer): Promise<void> {
    await transaction.query(
      `UPDATE auth.sessions SET token_hash = $2, generation = generation + 1, rotated_at = clock_timestamp(), last_seen_at = clock_timestamp()
       WHERE id = $1`,
      [sessionId, tokenHash],
    );
  }

  /** Ends those of a person that `which` says; answers the ids of those that had not ended before. */
  async end(
    transaction: Queryable,
    userId: string,
    which: { only: string } | { allBut: string },
    reason: RevocationReason,
  ): Promise<string[]> {
    const [condition, sessionId] = 'only' in which ? ['id = $2', which.only] : ['id <> $2', which.allBut];
    const rows = await transaction.query<{ id: string }>(
      `UPDATE auth.sessions SET ended_at = clock_timestamp(), end_reason = $3
       WHERE user_id = $1 AND ${condition} AND ended_at IS NULL AND expires_at > now() RETURNING id`,
      [userId, sessionId, reason],
    );
    return rows.map(({ id }) => id);
  }

  /** Present ones, latest seen first. */
  async list(userId: string): Promise<ListedSession[]> {
    return this.database.query<ListedSession & { id: string }>(
      `SELECT id, device_name AS "deviceName", created_at AS "createdAt", last_seen_at AS "lastSeenAt"
       FROM auth.sessions WHERE user_id = $1 AND ended_at IS NULL AND expires_at > now()
       ORDER BY last_seen_at DESC, id LIMIT ${LISTED_MAX}`,
      [userId],
    );
  }

  /** Notes that the session is in use; writes at most once a minute. */
  async touch(sessionId: string): Promise<void> {
    await this.database.query(
      `UPDATE auth.sessions SET last_seen_at = now() WHERE id = $1 AND ended_at IS NULL AND last_seen_at < now() - interval '${SEEN_EVERY}'`,
      [sessionId],
    );
  }

  async listEndedSince(since: Date): Promise<RevokedSession[]> {
    return this.database.query<RevokedSession & { sessionId: string }>(
      `SELECT id AS "sessionId", user_id AS "userId", end_reason AS reason FROM auth.sessions WHERE ended_at > $1`,
      [since],
    );
  }

  /** Forgets sessions that ended so long ago that nothing of theirs can be valid. Answers how many. */
  async sweep(): Promise<number> {
    const rows = await this.database.query(
      `DELETE FROM auth.sessions WHERE ended_at < now() - interval '1 day' OR expires_at < now() - interval '1 day' RETURNING 1`,
    );
    return rows.length;
  }
}
