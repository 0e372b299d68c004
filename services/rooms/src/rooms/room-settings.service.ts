import { Injectable } from '@nestjs/common';
import { RoomChanged, type ChangeRoomRequest, type Room } from '@parley/contracts';
import type { Transaction } from '@parley/db';
import { Outbox } from '@parley/platform';
import { AccessNotices } from '../access/access-notices.js';
import { announcementsOfChange } from '../announcements/announcements.js';
import { RoomAnnouncer } from '../announcements/room-announcer.js';
import type { RoomEntity } from '../db/room.entity.js';
import { RoomsDatabase } from '../db/rooms.database.js';
import { RoomDirectory, type FoundRoom } from './room-directory.js';
import { RoomRepository, type RoomChange } from './room.repository.js';
import { roomState, roomView } from './room.view.js';

/** What its owners and moderators make of a room. */
@Injectable()
export class RoomSettingsService {
  constructor(
    private readonly database: RoomsDatabase,
    private readonly directory: RoomDirectory,
    private readonly rooms: RoomRepository,
    private readonly outbox: Outbox,
    private readonly announcer: RoomAnnouncer,
    private readonly notices: AccessNotices,
  ) {}

  /** Throws ROOM_NAME_TAKEN, also when a private room becomes public under a name that is taken. */
  async change(userId: string, roomId: string, request: ChangeRoomRequest): Promise<Room> {
    const action = request.visibility === undefined ? 'change-settings' : 'change-visibility';
    await this.directory.get(roomId, userId, action);
    const { room, role } = await this.database.transaction(async (transaction) => {
      const found = await this.directory.lock(transaction, roomId, userId, action);
      return { ...found, room: await this.apply(transaction, found, differencesOf(found.room, request)) };
    });
    this.notices.announceRoom(roomId);
    return roomView(room, role);
  }

  /** For good. What is archived already stays as it is. */
  async archive(userId: string, roomId: string): Promise<void> {
    await this.directory.get(roomId, userId, 'archive');
    await this.database.transaction(async (transaction) => {
      const found = await this.directory.lock(transaction, roomId, userId, 'archive');
      if (found.room.archivedAt === null) await this.apply(transaction, found, { archivedAt: new Date() });
    });
    this.notices.announceRoom(roomId);
  }

  private async apply(transaction: Transaction, { room }: FoundRoom, change: RoomChange): Promise<RoomEntity> {
    if (Object.keys(change).length === 0) return room;
    const changed = await this.rooms.change(transaction, room, change);
    await this.outbox.add(transaction, RoomChanged, { room: roomState(changed) });
    for (const announcement of announcementsOfChange(change)) await this.announcer.announce(transaction, room.id, announcement);
    return changed;
  }
}

/** What the request changes in fact. */
function differencesOf(room: RoomEntity, { name, topic, visibility, slowModeSeconds }: ChangeRoomRequest): RoomChange {
  return {
    ...(name === undefined || name === room.name ? {} : { name }),
    ...(topic === undefined || topic === room.topic ? {} : { topic }),
    ...(visibility === undefined || visibility === room.visibility ? {} : { visibility }),
    ...(slowModeSeconds === undefined || slowModeSeconds === room.slowModeSeconds ? {} : { slowModeSeconds }),
  };
}
