import { Injectable } from '@nestjs/common';
import { RoomChanged } from '@parley/contracts';
import { Outbox } from '@parley/platform';
import { AccessNotices } from '../access/access-notices.js';
import { RoomsDatabase } from '../db/rooms.database.js';
import { DirectPairs } from '../direct/direct-pairs.js';
import { DirectStarter } from '../direct/direct-starter.js';
import { MembershipWriter } from '../members/membership-writer.js';
import { PeopleService } from '../people/people.service.js';
import { RoomRepository } from './room.repository.js';
import { roomState } from './room.view.js';

const BATCH = 200;

/** A room of an earlier application; its name is already as the contract wants it. */
export interface ImportedRoom {
  /** The same in every run. */
  readonly id: string;
  readonly name: string;
  readonly topic: string;
  readonly visibility: 'public' | 'private';
  readonly createdAt: Date;
  readonly ownerId: string | null;
  readonly memberIds: readonly string[];
}

export interface RoomImportAnswer {
  readonly roomId: string;
  /** `merged`: a public room had the name already, and this is it. */
  readonly outcome: 'created' | 'known' | 'merged';
}

/** Takes over rooms and private chats of an earlier application. */
@Injectable()
export class RoomImport {
  constructor(
    private readonly database: RoomsDatabase,
    private readonly rooms: RoomRepository,
    private readonly people: PeopleService,
    private readonly memberships: MembershipWriter,
    private readonly pairs: DirectPairs,
    private readonly starter: DirectStarter,
    private readonly outbox: Outbox,
    private readonly notices: AccessNotices,
  ) {}

  /**
   * Makes the room where it is missing. A room that was there already gets newcomers only: others may have left it, or been
   * banned, since a former run.
   */
  async importRoom(room: ImportedRoom, newcomers: ReadonlySet<string>): Promise<RoomImportAnswer> {
    const answer = await this.find(room);
    const isNew = answer.outcome === 'created';
    if (isNew && room.ownerId !== null) await this.addMembers(answer.roomId, [room.ownerId], 'owner');
    const members = isNew ? room.memberIds : room.memberIds.filter((id) => newcomers.has(id));
    await this.addMembers(answer.roomId, members, 'member');
    return answer;
  }

  /** The id of the private chat, which begins with it. */
  async importDirect(userId: string, peerId: string): Promise<string> {
    const roomId = this.pairs.remember(userId, peerId);
    await this.starter.start(userId, peerId);
    return roomId;
  }

  /** Makes sure that they are members of the room for everyone. */
  async enrol(userIds: readonly string[]): Promise<void> {
    for (let next = 0; next < userIds.length; next += BATCH) await this.people.find(userIds.slice(next, next + BATCH));
  }

  private async find({ id, name, topic, visibility, createdAt, ownerId }: ImportedRoom): Promise<RoomImportAnswer> {
    if (await this.rooms.find(id)) return { roomId: id, outcome: 'known' };
    return this.database.transaction(async (transaction) => {
      const room = await this.rooms.insert(transaction, { id, kind: 'room', name, topic, visibility, createdAt, createdBy: ownerId });
      if (!room) {
        const roomId = await this.rooms.findPublicId(name);
        if (roomId === undefined) throw new Error(`room ${JSON.stringify(name)} can neither be made nor found`);
        return { roomId, outcome: 'merged' };
      }
      await this.outbox.add(transaction, RoomChanged, { room: roomState(room) });
      return { roomId: id, outcome: 'created' };
    });
  }

  private async addMembers(roomId: string, userIds: readonly string[], role: 'owner' | 'member'): Promise<void> {
    for (let next = 0; next < userIds.length; next += BATCH) {
      const people = [...(await this.people.find(userIds.slice(next, next + BATCH))).values()];
      await this.database.transaction(async (transaction) => {
        const room = await this.rooms.lock(transaction, roomId);
        if (room) await this.memberships.add(transaction, room, people, role);
      });
      this.notices.announce(
        roomId,
        people.map(({ id }) => id),
      );
    }
  }
}
