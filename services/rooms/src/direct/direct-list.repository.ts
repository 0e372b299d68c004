import { Injectable } from '@nestjs/common';
import type { User } from '@parley/contracts';
import type { SelectQueryBuilder } from 'typeorm';
import { MemberEntity } from '../db/member.entity.js';
import { PersonEntity } from '../db/person.entity.js';
import { RoomEntity } from '../db/room.entity.js';
import { RoomsDatabase } from '../db/rooms.database.js';
import { containsPattern } from '../text-key.js';

export interface DirectFilter {
  readonly userId: string;
  readonly query?: string | undefined;
  /** When the listing began. */
  readonly asOf: string;
  readonly limit: number;
}

export interface ListedDirect {
  readonly peer: User;
  readonly peerNameKey: string;
  /** null: nobody has written there. */
  readonly membership: MemberEntity | null;
}

const PEER_OF_ROOM = 'peer.id = CASE WHEN room.directLow = :userId THEN room.directHigh ELSE room.directLow END';

/** The three parts of the list of private chats; see `DirectListService` for why there are three. */
@Injectable()
export class DirectListRepository {
  constructor(private readonly database: RoomsDatabase) {}

  async now(): Promise<string> {
    const [row] = await this.database.query<{ now: Date }>(`SELECT now()::timestamptz(3) AS now`);
    return row!.now.toISOString();
  }

  /** Started chats in which nothing has happened since `asOf`, newest first. */
  async listQuiet(filter: DirectFilter, after: { at: string; roomId: string } | undefined): Promise<ListedDirect[]> {
    const list = this.started(filter)
      .andWhere('room.activeAt <= :asOf')
      .orderBy('COALESCE(room.lastAt, room.createdAt)', 'DESC')
      .addOrderBy('room.id', 'DESC');
    if (after) list.andWhere('(COALESCE(room.lastAt, room.createdAt), room.id) < (:at, :roomId)', after);
    return startedOf(await list.getMany());
  }

  /** Started chats in which something has happened since. */
  async listMoved(filter: DirectFilter, after: { roomId: string } | undefined): Promise<ListedDirect[]> {
    const list = this.started(filter).andWhere('room.activeAt > :asOf').orderBy('room.id', 'ASC');
    if (after) list.andWhere('room.id > :roomId', after);
    return startedOf(await list.getMany());
  }

  /** Everybody else by name: those with whom no chat had started at `asOf`. */
  async listOthers(filter: DirectFilter, after: { nameKey: string; id: string } | undefined): Promise<ListedDirect[]> {
    const { userId, query, asOf, limit } = filter;
    const list = this.database
      .repository(PersonEntity)
      .createQueryBuilder('peer')
      .leftJoinAndMapOne(
        'peer.room',
        RoomEntity,
        'room',
        `room.kind = 'direct' AND room.directLow = LEAST(peer.id, :userId::uuid) AND room.directHigh = GREATEST(peer.id, :userId::uuid)`,
      )
      .leftJoinAndMapOne('peer.membership', MemberEntity, 'member', 'member.roomId = room.id AND member.userId = :userId')
      .where('peer.id <> :userId AND (room.id IS NULL OR room.createdAt > :asOf)')
      .setParameters({ userId, asOf })
      .orderBy({ 'peer.nameKey': 'ASC', 'peer.id': 'ASC' })
      .limit(limit);
    if (query) list.andWhere('peer.searchKey LIKE :pattern', { pattern: containsPattern(query) });
    if (after) list.andWhere('(peer.nameKey, peer.id) > (:nameKey, :id)', after);
    const people = (await list.getMany()) as (PersonEntity & { room: RoomEntity | null; membership: MemberEntity | null })[];
    return people.map(({ profile, nameKey, room, membership }) => ({
      peer: profile,
      peerNameKey: nameKey,
      membership: membership && room && Object.assign(membership, { room }),
    }));
  }

  private started({ userId, query, asOf, limit }: DirectFilter): SelectQueryBuilder<MemberEntity> {
    const list = this.database
      .repository(MemberEntity)
      .createQueryBuilder('member')
      .innerJoinAndSelect('member.room', 'room')
      .innerJoinAndMapOne('member.peer', PersonEntity, 'peer', PEER_OF_ROOM)
      .where(`member.userId = :userId AND room.kind = 'direct' AND room.createdAt <= :asOf`, { userId, asOf })
      .limit(limit);
    if (query) list.andWhere('peer.searchKey LIKE :pattern', { pattern: containsPattern(query) });
    return list;
  }
}

const startedOf = (members: readonly MemberEntity[]): ListedDirect[] =>
  (members as (MemberEntity & { peer: PersonEntity })[]).map((membership) => ({
    peer: membership.peer.profile,
    peerNameKey: membership.peer.nameKey,
    membership,
  }));
