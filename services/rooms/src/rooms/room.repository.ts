import { Injectable } from '@nestjs/common';
import type { RoomFacts, RoomQuestion } from '@parley/chat';
import { ParleyError, type RoomRole } from '@parley/contracts';
import type { Transaction } from '@parley/db';
import { RoomEntity } from '../db/room.entity.js';
import { MemberEntity } from '../db/member.entity.js';
import { standingColumns, standingOf, type StandingRecord } from '../members/member.repository.js';
import { RoomsDatabase } from '../db/rooms.database.js';
import { containsPattern, searchKey, textKey } from '../text-key.js';

const UNIQUE_VIOLATION = '23505';
const SAME_NAME_MAX = 50;

export type RoomChange = Partial<Pick<RoomEntity, 'name' | 'topic' | 'visibility' | 'slowModeSeconds' | 'archivedAt'>>;

export type NewRoom = Pick<RoomEntity, 'id' | 'kind' | 'name' | 'visibility'> &
  Partial<Pick<RoomEntity, 'topic' | 'createdAt' | 'isForEveryone' | 'createdBy' | 'directLow' | 'directHigh'>>;

export interface RoomFilter {
  readonly scope: 'all' | 'joined' | 'public';
  readonly query?: string | undefined;
}

export interface RoomPosition {
  readonly nameKey: string;
  readonly id: string;
}

export interface ListedRoom {
  readonly room: RoomEntity;
  readonly role: RoomRole | null;
}

@Injectable()
export class RoomRepository {
  constructor(private readonly database: RoomsDatabase) {}

  async find(roomId: string): Promise<RoomEntity | null> {
    return this.database.repository(RoomEntity).findOneBy({ id: roomId });
  }

  /** Of the public room with this name, in any case of letters. */
  async findPublicId(name: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ id: string }>(
      `SELECT id FROM rooms.rooms WHERE name_key = $1 AND kind = 'room' AND visibility = 'public' AND archived_at IS NULL`,
      [textKey(name)],
    );
    return row?.id;
  }

  /** Of the public room with this name, and of the private ones so called that the person is in, archived ones too. */
  async listIdsByName(name: string, userId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM rooms.rooms WHERE name_key = $1 AND kind = 'room' AND visibility = 'public' AND archived_at IS NULL
       UNION
       SELECT id FROM rooms.members JOIN rooms.rooms ON id = room_id WHERE user_id = $2 AND name_key = $1 AND kind = 'room'
       LIMIT ${SAME_NAME_MAX}`,
      [textKey(name), userId],
    );
    return rows.map(({ id }) => id);
  }

  async findFacts(roomId: string, userId: string): Promise<RoomFacts | undefined> {
    const [facts] = await this.listFacts([{ roomId, userId }]);
    return facts ?? undefined;
  }

  /** In the order of the questions; null where there is no such room. */
  async listFacts(questions: readonly RoomQuestion[]): Promise<(RoomFacts | null)[]> {
    const rows = await this.database.query<
      StandingRecord & {
        place: number;
        kind: RoomFacts['kind'];
        visibility: RoomFacts['visibility'];
        is_archived: boolean;
        slow_mode_seconds: number;
        is_for_everyone: boolean;
        member_count: number;
        member_rev: string;
      }
    >({
      name: 'rooms-list-facts',
      text: `SELECT asked.place::int, kind, visibility, archived_at IS NOT NULL AS is_archived, slow_mode_seconds, is_for_everyone,
               member_count, member_rev, ${standingColumns('asked.room_id', 'asked.user_id')}
             FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS asked (room_id, user_id, place) JOIN rooms.rooms ON id = asked.room_id`,
      values: [questions.map(({ roomId }) => roomId), questions.map(({ userId }) => userId)],
    });
    const answers = questions.map((): RoomFacts | null => null);
    for (const row of rows)
      answers[row.place - 1] = {
        roomId: questions[row.place - 1]!.roomId,
        kind: row.kind,
        visibility: row.visibility,
        isArchived: row.is_archived,
        slowModeSeconds: row.slow_mode_seconds,
        isForEveryone: row.is_for_everyone,
        memberCount: row.member_count,
        memberRev: Number(row.member_rev),
        ...standingOf(row),
      };
    return answers;
  }

  /** Rooms by name, of kind `room`, neither archived ones nor private ones that the person is not in. */
  async listPage(userId: string, { scope, query }: RoomFilter, after: RoomPosition | undefined, limit: number): Promise<ListedRoom[]> {
    const list = this.database
      .repository(RoomEntity)
      .createQueryBuilder('room')
      .leftJoinAndMapOne('room.membership', MemberEntity, 'member', 'member.roomId = room.id AND member.userId = :userId', { userId })
      .where(`room.kind = 'room' AND room.archivedAt IS NULL`)
      .andWhere(SCOPES[scope])
      .orderBy({ 'room.nameKey': 'ASC', 'room.id': 'ASC' })
      .limit(limit);
    if (query) list.andWhere('room.searchKey LIKE :pattern', { pattern: containsPattern(query) });
    if (after) list.andWhere('(room.nameKey, room.id) > (:nameKey, :id)', after);
    const rooms = (await list.getMany()) as (RoomEntity & { membership: MemberEntity | null })[];
    return rooms.map((room) => ({ room, role: room.membership?.role ?? null }));
  }

  /** undefined when something unique is taken: the id, a public name, the pair, the place of the room for everyone. */
  async insert(transaction: Transaction, room: NewRoom): Promise<RoomEntity | undefined> {
    const inserted = await transaction
      .repository(RoomEntity)
      .createQueryBuilder()
      .insert()
      .values({ ...room, ...keysOf(room.name), createdAt: room.createdAt ?? (() => 'now()') })
      .orIgnore()
      .returning(['id'])
      .updateEntity(false)
      .execute();
    return (inserted.raw as unknown[]).length === 0 ? undefined : this.get(transaction, room.id);
  }

  /** Locks the row until the end of the transaction: whoever changes memberships comes one after the other. */
  async lock(transaction: Transaction, roomId: string): Promise<RoomEntity | null> {
    return transaction.repository(RoomEntity).findOne({ where: { id: roomId }, lock: { mode: 'for_no_key_update' } });
  }

  async lockForEveryone(transaction: Transaction): Promise<RoomEntity> {
    return transaction.repository(RoomEntity).findOneOrFail({ where: { isForEveryone: true }, lock: { mode: 'for_no_key_update' } });
  }

  /** Throws ROOM_NAME_TAKEN when it would be the second public room of its name. The caller holds the lock of the row. */
  async change(transaction: Transaction, room: RoomEntity, change: RoomChange): Promise<RoomEntity> {
    const keys = change.name === undefined ? {} : keysOf(change.name);
    try {
      await transaction.repository(RoomEntity).update({ id: room.id }, { ...change, ...keys });
    } catch (error) {
      if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) throw new ParleyError('ROOM_NAME_TAKEN', { cause: error });
      throw error;
    }
    return this.get(transaction, room.id);
  }

  /** What is so afterwards. */
  async changeMemberCount(
    transaction: Transaction,
    roomId: string,
    difference: number,
  ): Promise<Pick<RoomEntity, 'memberCount' | 'memberRev'>> {
    const [row] = await transaction.query<{ member_count: number; member_rev: string }>(
      `UPDATE rooms.rooms SET member_count = member_count + $2, member_rev = member_rev + 1 WHERE id = $1 RETURNING member_count, member_rev`,
      [roomId, difference],
    );
    return { memberCount: row!.member_count, memberRev: Number(row!.member_rev) };
  }

  private async get(transaction: Transaction, roomId: string): Promise<RoomEntity> {
    return transaction.repository(RoomEntity).findOneByOrFail({ id: roomId });
  }
}

const keysOf = (name: string): Pick<RoomEntity, 'nameKey' | 'searchKey'> => ({ nameKey: textKey(name), searchKey: searchKey(name) });

const SCOPES: Record<RoomFilter['scope'], string> = {
  all: `(room.visibility = 'public' OR member.userId IS NOT NULL)`,
  joined: `member.userId IS NOT NULL`,
  public: `room.visibility = 'public'`,
};
