import { Injectable } from '@nestjs/common';
import { ParleyError, validationError, type Room } from '@parley/contracts';
import { PeopleService } from '../people/people.service.js';
import { RoomRepository } from '../rooms/room.repository.js';
import { roomView } from '../rooms/room.view.js';
import { DirectPairs } from './direct-pairs.js';
import { unstartedDirect } from './unstarted-direct.js';

@Injectable()
export class DirectService {
  constructor(
    private readonly rooms: RoomRepository,
    private readonly people: PeopleService,
    private readonly pairs: DirectPairs,
  ) {}

  /** The private chat with somebody. Stores nothing. */
  async open(userId: string, peerId: string): Promise<Room> {
    if (peerId === userId) throw validationError([{ path: ['userId'], message: 'must be somebody else' }]);
    const people = await this.people.find([userId, peerId]);
    const [self, peer] = [people.get(userId), people.get(peerId)];
    if (!self || !peer) throw new ParleyError('USER_NOT_FOUND');
    const roomId = this.pairs.remember(userId, peerId);
    return roomView((await this.rooms.find(roomId)) ?? unstartedDirect(self, peer), 'member', peer);
  }
}
