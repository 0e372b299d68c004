import { Injectable } from '@nestjs/common';
import type { Queryable, Transaction } from '@parley/db';
import { In } from 'typeorm';
import { AuthDatabase } from '../db/auth.database.js';
import type { UserPosition } from './user-cursor.js';
import { searchPatterns } from './user-search.js';
import { UserEntity } from './user.entity.js';

/** Any number; it only must not be used for anything else in this database. */
const FOUNDING_LOCK = 0x7061_726c;

const COLUMNS = `
  id, username, username_key AS "usernameKey", display_name AS "displayName", search_key AS "searchKey", bio, status,
  avatar_seed AS "avatarSeed", avatar_media_id AS "avatarMediaId", is_administrator AS "isAdministrator", created_at AS "createdAt"`;

/**
 * What a user name looks like, by the pairs of UTS 39 that its letters can form. `users_username_look` is an index on the
 * same expression.
 */
const lookOf = (username: string) => `lower(replace(translate(${username}, '01I', 'Oll'), 'm', 'rn'))`;
const TAKEN = `SELECT 1 FROM auth.users WHERE username_key = lower($1) OR ${lookOf('username')} = ${lookOf('$1::text')} LIMIT 1`;

const CONTAINS = 'search_key LIKE $3';
const BEGINS = '(search_key LIKE $4 OR search_key LIKE $5)';

type Ranked = UserEntity & { rank: number };

@Injectable()
export class UserRepository {
  constructor(private readonly database: AuthDatabase) {}

  async find(userIds: readonly string[]): Promise<UserEntity[]> {
    return userIds.length === 0 ? [] : this.database.repository(UserEntity).findBy({ id: In([...userIds]) });
  }

  async findOne(userId: string): Promise<UserEntity | null> {
    return this.database.repository(UserEntity).findOneBy({ id: userId });
  }

  /** Somebody has the name, or one that looks like it. */
  async isTaken(username: string): Promise<boolean> {
    return (await this.database.query(TAKEN, [username])).length > 0;
  }

  /** false: it is taken. Until the transaction ends nobody else can claim a name that looks like this one. */
  async claimName(transaction: Queryable, username: string): Promise<boolean> {
    await transaction.query(`SELECT pg_advisory_xact_lock(hashtextextended('auth.users:' || ${lookOf('$1::text')}, 0))`, [username]);
    return (await transaction.query(TAKEN, [username])).length === 0;
  }

  /** Locks some whose status ran out by this time. */
  async lockEndedStatuses(transaction: Transaction, now: string, limit: number): Promise<UserEntity[]> {
    return transaction
      .repository(UserEntity)
      .createQueryBuilder('person')
      .where(`"person".status->>'expiresAt' <= :now`, { now })
      .orderBy('person.id')
      .limit(limit)
      .setLock('pessimistic_write')
      .setOnLocked('skip_locked')
      .getMany();
  }

  /** When the next status runs out; undefined: none does. */
  async nextStatusEnd(): Promise<string | undefined> {
    const [row] = await this.database.query<{ next: string | null }>(
      `SELECT min(status->>'expiresAt') AS next FROM auth.users WHERE status->>'expiresAt' IS NOT NULL`,
    );
    return row?.next ?? undefined;
  }

  /** The row stays locked until the transaction ends, so that facts about one person leave in the order of the changes. */
  async lock(transaction: Transaction, userId: string): Promise<UserEntity | null> {
    return transaction.repository(UserEntity).findOne({ where: { id: userId }, lock: { mode: 'pessimistic_write' } });
  }

  async save(transaction: Transaction, user: UserEntity): Promise<void> {
    await transaction.repository(UserEntity).save(user);
  }

  /**
   * Whether this registration is the first of the installation. Whoever asks while nobody is registered waits for the
   * others who ask, so exactly one is told yes.
   */
  async claimFounding(transaction: Queryable): Promise<boolean> {
    if (await isAnyoneThere(transaction)) return false;
    await transaction.query('SELECT pg_advisory_xact_lock($1)', [FOUNDING_LOCK]);
    return !(await isAnyoneThere(transaction));
  }

  /** false: the name is taken. */
  async insert(transaction: Queryable, user: UserEntity): Promise<boolean> {
    const rows = await transaction.query(
      `INSERT INTO auth.users (id, username, username_key, display_name, search_key, bio, avatar_seed, is_administrator, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (username_key) DO NOTHING RETURNING id`,
      [
        user.id,
        user.username,
        user.usernameKey,
        user.displayName,
        user.searchKey,
        user.bio,
        user.avatarSeed,
        user.isAdministrator,
        user.createdAt,
      ],
    );
    return rows.length === 1;
  }

  /** In the order of user names; those that begin with the words first. */
  async list(query: string, after: UserPosition | undefined, limit: number): Promise<Ranked[]> {
    if (query.trim() === '') return this.listRank(0, 'true', [], after?.usernameKey ?? '', limit);
    const { contains, begins, beginsLater } = searchPatterns(query);
    const patterns = [contains, begins, beginsLater];
    // One after the other: what begins so is few and found at once by the index, however common the letters are.
    const first = after?.rank === 1 ? [] : await this.listRank(0, `${CONTAINS} AND ${BEGINS}`, patterns, after?.usernameKey ?? '', limit);
    if (first.length === limit) return first;
    const place = after?.rank === 1 ? after.usernameKey : '';
    return [...first, ...(await this.listRank(1, `${CONTAINS} AND NOT ${BEGINS}`, patterns, place, limit - first.length))];
  }

  private async listRank(rank: number, condition: string, patterns: string[], after: string, limit: number): Promise<Ranked[]> {
    return this.database.query<Ranked>(
      `SELECT ${COLUMNS}, ${rank} AS rank FROM auth.users WHERE username_key > $1 AND ${condition} ORDER BY username_key LIMIT $2`,
      [after, limit, ...patterns],
    );
  }
}

async function isAnyoneThere(transaction: Queryable): Promise<boolean> {
  const rows = await transaction.query('SELECT 1 FROM auth.users LIMIT 1');
  return rows.length > 0;
}
