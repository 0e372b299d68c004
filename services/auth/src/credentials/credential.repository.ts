import { Injectable } from '@nestjs/common';
import type { Queryable } from '@parley/db';
import { AuthDatabase } from '../db/auth.database.js';
import { CredentialEntity } from './credential.entity.js';

export interface StoredCredential {
  readonly userId: string;
  readonly passwordHash: string;
}

export interface FoundCredential extends StoredCredential {
  /** false: the name is nobody's, and this is only here to take its time. */
  readonly isOwn: boolean;
}

@Injectable()
export class CredentialRepository {
  constructor(private readonly database: AuthDatabase) {}

  /**
   * Of the person with this name or, marked so, of a neighbour in the alphabet. Hashes that were imported take another time
   * to check than our own, so a name that nobody has is checked like a real one of the same installation.
   */
  async findByUsername(usernameKey: string): Promise<FoundCredential | undefined> {
    const [found] = await this.database.query<{ userId: string; passwordHash: string; isOwn: boolean }>(
      `SELECT user_id AS "userId", password_hash AS "passwordHash", username_key = $1 AS "isOwn" FROM (
         (SELECT id, username_key, 0 AS rank FROM auth.users WHERE username_key >= $1 ORDER BY username_key LIMIT 1)
         UNION ALL (SELECT id, username_key, 1 FROM auth.users ORDER BY username_key LIMIT 1)
       ) AS near JOIN auth.credentials ON user_id = id ORDER BY rank LIMIT 1`,
      [usernameKey],
    );
    return found;
  }

  async findByUser(userId: string): Promise<StoredCredential | null> {
    return this.database.repository(CredentialEntity).findOneBy({ userId });
  }

  async insert(transaction: Queryable, { userId, passwordHash }: StoredCredential): Promise<void> {
    await transaction.query('INSERT INTO auth.credentials (user_id, password_hash) VALUES ($1, $2)', [userId, passwordHash]);
  }

  /** Changes the hash unless somebody else has meanwhile. false: it was changed. */
  async replace(transaction: Queryable, { userId, passwordHash }: StoredCredential, newHash: string): Promise<boolean> {
    const changed = await transaction.query(
      'UPDATE auth.credentials SET password_hash = $3, changed_at = now() WHERE user_id = $1 AND password_hash = $2 RETURNING user_id',
      [userId, passwordHash, newHash],
    );
    return changed.length === 1;
  }
}
