import { Injectable } from '@nestjs/common';
import type { Queryable } from '@parley/db';
import { AuthDatabase } from '../db/auth.database.js';
import { CredentialEntity } from './credential.entity.js';

export interface StoredCredential {
  readonly userId: string;
  readonly passwordHash: string;
}

@Injectable()
export class CredentialRepository {
  constructor(private readonly database: AuthDatabase) {}

  async findByUsername(usernameKey: string): Promise<StoredCredential | undefined> {
    const [found] = await this.database.query<{ userId: string; passwordHash: string }>(
      `SELECT user_id AS "userId", password_hash AS "passwordHash"
       FROM auth.users JOIN auth.credentials ON user_id = id WHERE username_key = $1`,
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
