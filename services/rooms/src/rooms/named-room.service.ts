import { Injectable } from '@nestjs/common';
import { NamedRooms, refusalOf, type NamedRoom } from '@parley/chat';
import { ParleyError, Uuid, type Room } from '@parley/contracts';
import { MembershipService } from '../members/membership.service.js';
import { RoomRepository } from './room.repository.js';
import { RoomService } from './room.service.js';

/** Finds rooms by what people call them. */
@Injectable()
export class NamedRoomService extends NamedRooms {
  constructor(
    private readonly repository: RoomRepository,
    private readonly rooms: RoomService,
    private readonly memberships: MembershipService,
  ) {
    super();
  }

  async find(room: string, userId: string): Promise<NamedRoom> {
    const roomId = await this.findId(room);
    if (roomId === undefined) throw new ParleyError('ROOM_NOT_FOUND');
    return named(await this.rooms.get(userId, roomId));
  }

  async join(room: string, userId: string): Promise<NamedRoom> {
    const roomId = (await this.findId(room)) ?? (await this.make(room, userId));
    const found = await this.rooms.get(userId, roomId);
    return named(found.joined ? found : await this.memberships.join(userId, roomId));
  }

  async listReadable(name: string, userId: string): Promise<string[]> {
    const ids = await this.repository.listIdsByName(name, userId);
    const facts = await this.repository.listFacts(ids.map((roomId) => ({ roomId, userId })));
    return ids.filter((_, index) => refusalOf('read', facts[index] ?? undefined) === undefined);
  }

  private async findId(room: string): Promise<string | undefined> {
    return Uuid.safeParse(room).data ?? this.repository.findPublicId(room);
  }

  /** Somebody else may be faster: then that room is the one. */
  private async make(name: string, userId: string): Promise<string> {
    try {
      return (await this.rooms.create(userId, { name, visibility: 'public' })).id;
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code !== 'ROOM_NAME_TAKEN') throw error;
      const roomId = await this.repository.findPublicId(name);
      if (roomId === undefined) throw error; // archived or hidden in between
      return roomId;
    }
  }
}

const named = ({ id, kind, visibility, name }: Room): NamedRoom => ({
  roomId: id,
  label: kind === 'room' && visibility === 'public' ? name : id,
});
