import { Injectable } from '@nestjs/common';
import { Uuid, type BansAnswer, type ListQuery } from '@parley/contracts';
import { z } from 'zod';
import { AccessNotices } from '../access/access-notices.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { RoomsDatabase } from '../db/rooms.database.js';
import { RoomDirectory } from '../rooms/room-directory.js';
import { BanRepository } from './ban.repository.js';

const Position = z.tuple([z.iso.datetime({ precision: 3 }), Uuid]);

/** Who is kept out of a room. People are banned by `MemberAdminService`. */
@Injectable()
export class BanService {
  constructor(
    private readonly database: RoomsDatabase,
    private readonly directory: RoomDirectory,
    private readonly bans: BanRepository,
    private readonly notices: AccessNotices,
  ) {}

  async list(userId: string, roomId: string, { cursor, limit }: ListQuery): Promise<BansAnswer> {
    const position = decodeCursor(Position, cursor);
    await this.directory.get(roomId, userId, 'list-bans');
    const after = position && { createdAt: position[0], userId: position[1] };
    const found = await this.bans.listPage(roomId, after, limit + 1);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      bans: page.map(({ user, bannedBy, createdAt }) => ({ user, bannedBy, createdAt })),
      nextCursor: found.length > limit && last ? encodeCursor([last.createdAt, last.userId]) : null,
    };
  }

  /** The person may come back; nothing happens to who is not banned. */
  async lift(userId: string, roomId: string, bannedId: string): Promise<void> {
    await this.directory.get(roomId, userId, 'unban');
    await this.database.transaction(async (transaction) => {
      await this.directory.lock(transaction, roomId, userId, 'unban');
      await this.bans.delete(transaction, roomId, bannedId);
    });
    this.notices.announce(roomId, [bannedId]);
  }
}
