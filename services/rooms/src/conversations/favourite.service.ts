import { Injectable } from '@nestjs/common';
import { ParleyError, userChannel, type Favourite } from '@parley/contracts';
import { RoomFanout } from '@parley/platform';
import { DirectStarter } from '../direct/direct-starter.js';
import { MemberRepository } from '../members/member.repository.js';
import { RoomDirectory } from '../rooms/room-directory.js';
import { peerIdOf } from '../rooms/room.view.js';

/** Which conversations somebody keeps at the top of the list. Only his own devices hear of it. */
@Injectable()
export class FavouriteService {
  constructor(
    private readonly directory: RoomDirectory,
    private readonly members: MemberRepository,
    private readonly starter: DirectStarter,
    private readonly fanout: RoomFanout,
  ) {}

  /** A private chat that has not begun gets its row by it: the wish has to be kept somewhere. */
  async set(userId: string, roomId: string, favourite: boolean): Promise<Favourite> {
    const { room, isStored } = await this.directory.get(roomId, userId, 'set-favourite');
    const peerId = peerIdOf(room, userId);
    if (!isStored && peerId !== null) await this.starter.start(userId, peerId);
    if (!(await this.members.setFavourite(roomId, userId, favourite))) throw new ParleyError('NOT_A_MEMBER'); // left meanwhile
    this.fanout.toSockets(userChannel(userId), 'room:favourite', { roomId, favourite });
    return { favourite };
  }
}
