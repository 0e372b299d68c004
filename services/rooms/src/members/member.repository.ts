import { Injectable } from '@nestjs/common';
import type { Membership } from '@parley/chat';
import type { RoomRole, User } from '@parley/contracts';
import type { Queryable, Transaction } from '@parley/db';
import { MemberEntity } from '../db/member.entity.js';
import type { RoomEntity } from '../db/room.entity.js';
import { RoomsDatabase } from '../db/rooms.database.js';

export interface MemberPosition {
  readonly role: RoomRole;
  readonly joinedAt: string;
  readonly userId: string;
}

export interface ListedMember extends MemberPosition {
  readonly user: User;
  readonly mutedUntil: string | null;
}

/** How somebody stands towards a room. */
export interface Standing {
  /** null: not a member. */
  readonly role: RoomRole | null;
  readonly isBanned: boolean;
  readonly isMuted: boolean;
  /** Administers the installation. */
  readonly isAdministrator: boolean;
}

/** For SELECTs: the standing of a person in a room, both as SQL expressions. */
export const standingColumns = (roomId: string, userId: string): string => `
  (SELECT role FROM rooms.members WHERE room_id = ${roomId} AND user_id = ${userId}) AS role,
  EXISTS (SELECT FROM rooms.bans WHERE room_id = ${roomId} AND user_id = ${userId}) AS is_banned,
  EXISTS (SELECT FROM rooms.mutes WHERE room_id = ${roomId} AND user_id = ${userId} AND until > now()) AS is_muted,
  EXISTS (SELECT FROM rooms.people WHERE id = ${userId} AND profile->'roles' @> '"administrator"') AS is_administrator`;

export interface StandingRecord {
  role: RoomRole | null;
  is_banned: boolean;
  is_muted: boolean;
  is_administrator: boolean;
}

export const standingOf = ({ role, is_banned, is_muted, is_administrator }: StandingRecord): Standing => ({
  role,
  isBanned: is_banned,
  isMuted: is_muted,
  isAdministrator: is_administrator,
});

@Injectable()
export class MemberRepository {
  constructor(private readonly database: RoomsDatabase) {}

  async findStanding(database: Queryable, roomId: string, userId: string): Promise<Standing> {
    const [row] = await database.query<StandingRecord & Record<string, unknown>>(`SELECT ${standingColumns('$1', '$2')}`, [roomId, userId]);
    return standingOf(row!);
  }

  /** Memberships with their rooms, archived ones left out. */
  async listOf(userId: string): Promise<MemberEntity[]> {
    return this.database
      .repository(MemberEntity)
      .createQueryBuilder('member')
      .innerJoinAndSelect('member.room', 'room')
      .where('member.userId = :userId AND room.archivedAt IS NULL', { userId })
      .getMany();
  }

  /** Of each person, in the order asked for. */
  async listMemberships(userIds: readonly string[]): Promise<Membership[][]> {
    const rows = await this.database.query<{ user_id: string; memberships: Membership[] }>(
      `SELECT user_id, json_agg(json_build_object('roomId', room_id, 'role', role)) AS memberships
       FROM rooms.members WHERE user_id = ANY($1::uuid[]) GROUP BY user_id`,
      [userIds],
    );
    const memberships = new Map(rows.map((row) => [row.user_id, row.memberships]));
    return userIds.map((userId) => memberships.get(userId) ?? []);
  }

  async listUserIds(roomId: string): Promise<string[]> {
    const rows = await this.database.query<{ user_id: string }>(`SELECT user_id FROM rooms.members WHERE room_id = $1`, [roomId]);
    return rows.map((row) => row.user_id);
  }

  /** Owners first, then by age of the membership. */
  async listPage(roomId: string, after: MemberPosition | undefined, limit: number): Promise<ListedMember[]> {
    const rows = await this.database.query<{ role: RoomRole; joined_at: Date; user_id: string; profile: User; until: Date | null }>(
      `SELECT role, joined_at, user_id, profile, until FROM rooms.members JOIN rooms.people ON people.id = user_id
         LEFT JOIN (SELECT user_id, until FROM rooms.mutes WHERE room_id = $1 AND until > now()) AS muted USING (user_id)
       WHERE room_id = $1 ${after ? `AND (role, joined_at, user_id) > ($3::rooms.room_role, $4::timestamptz, $5::uuid)` : ''}
       ORDER BY role, joined_at, user_id LIMIT $2`,
      [roomId, limit, ...(after ? [after.role, after.joinedAt, after.userId] : [])],
    );
    return rows.map((row) => ({
      role: row.role,
      joinedAt: row.joined_at.toISOString(),
      userId: row.user_id,
      user: row.profile,
      mutedUntil: row.until?.toISOString() ?? null,
    }));
  }

  async countOwners(transaction: Transaction, roomId: string): Promise<number> {
    return transaction.repository(MemberEntity).countBy({ roomId, role: 'owner' });
  }

  /** Ids of those who were not members before. */
  async insert(transaction: Transaction, room: RoomEntity, userIds: readonly string[], role: RoomRole): Promise<string[]> {
    const rows = await transaction.query<{ user_id: string }>(
      `INSERT INTO rooms.members (room_id, user_id, role, joined_at, read_seq, read_foreign, last_own_seq)
       SELECT $1, user_id, $3::rooms.room_role, now(), $4::bigint, $4::bigint - $5::bigint, $4::bigint FROM unnest($2::uuid[]) AS user_id
       ON CONFLICT (room_id, user_id) DO NOTHING RETURNING user_id`,
      [room.id, userIds, role, room.head, room.systemCount],
    );
    return rows.map((row) => row.user_id);
  }

  async setRole(transaction: Transaction, roomId: string, userId: string, role: RoomRole): Promise<void> {
    await transaction.repository(MemberEntity).update({ roomId, userId }, { role });
  }

  /** False for those who are not members. */
  async setNotifications(roomId: string, userId: string, change: Pick<MemberEntity, 'notify' | 'mutedUntil'>): Promise<boolean> {
    const { affected } = await this.database.repository(MemberEntity).update({ roomId, userId }, change);
    return affected === 1;
  }

  /** False for those who are not members. */
  async setFavourite(roomId: string, userId: string, favourite: boolean): Promise<boolean> {
    const { affected } = await this.database.repository(MemberEntity).update({ roomId, userId }, { favourite });
    return affected === 1;
  }

  async delete(transaction: Transaction, roomId: string, userId: string): Promise<boolean> {
    const { affected } = await transaction.repository(MemberEntity).delete({ roomId, userId });
    return affected === 1;
  }
}
