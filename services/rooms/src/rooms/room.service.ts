import { Injectable } from '@nestjs/common';
import {
  ParleyError,
  RoomChanged,
  StorableText,
  Uuid,
  type CreateRoomRequest,
  type ListRoomsQuery,
  type Room,
  type RoomsAnswer,
} from '@parley/contracts';
import { Outbox } from '@parley/platform';
import { v7 as uuidV7 } from 'uuid';
import { z } from 'zod';
import { AccessNotices } from '../access/access-notices.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { RoomsDatabase } from '../db/rooms.database.js';
import { MembershipWriter } from '../members/membership-writer.js';
import { PeopleService } from '../people/people.service.js';
import { RoomDirectory, type FoundRoom } from './room-directory.js';
import { RoomRepository } from './room.repository.js';
import { peerIdOf, roomState, roomView } from './room.view.js';

const Position = z.tuple([StorableText, Uuid]);

@Injectable()
export class RoomService {
  constructor(
    private readonly database: RoomsDatabase,
    private readonly rooms: RoomRepository,
    private readonly directory: RoomDirectory,
    private readonly people: PeopleService,
    private readonly memberships: MembershipWriter,
    private readonly outbox: Outbox,
    private readonly notices: AccessNotices,
  ) {}

  /** The creator is the owner. Throws ROOM_NAME_TAKEN when a public room has the name already, in any case of letters. */
  async create(userId: string, { name, topic = '', visibility }: CreateRoomRequest): Promise<Room> {
    const owner = await this.people.get(userId);
    const room = await this.database.transaction(async (transaction) => {
      const created = await this.rooms.insert(transaction, { id: uuidV7(), kind: 'room', name, topic, visibility, createdBy: userId });
      if (!created) throw new ParleyError('ROOM_NAME_TAKEN');
      await this.memberships.add(transaction, created, [owner], 'owner');
      await this.outbox.add(transaction, RoomChanged, { room: roomState(created) });
      return created;
    });
    this.notices.announce(room.id, [userId]);
    return roomView(room, 'owner');
  }

  async list(userId: string, { scope, query, cursor, limit }: ListRoomsQuery): Promise<RoomsAnswer> {
    await this.people.meet(userId);
    const position = decodeCursor(Position, cursor);
    const after = position && { nameKey: position[0], id: position[1] };
    const found = await this.rooms.listPage(userId, { scope, query }, after, limit + 1);
    const page = found.slice(0, limit);
    const last = page.at(-1)?.room;
    return {
      rooms: page.map(({ room, role }) => roomView(room, role)),
      nextCursor: found.length > limit && last ? encodeCursor([last.nameKey, last.id]) : null,
    };
  }

  async get(userId: string, roomId: string): Promise<Room> {
    return this.view(await this.directory.get(roomId, userId, 'read'), userId);
  }

  private async view({ room, role }: FoundRoom, userId: string): Promise<Room> {
    const peerId = peerIdOf(room, userId);
    return roomView(room, role, peerId === null ? undefined : (await this.people.find([peerId])).get(peerId));
  }
}
