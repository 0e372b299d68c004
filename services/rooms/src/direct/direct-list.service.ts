import { Injectable } from '@nestjs/common';
import { ParleyError, StorableText, Uuid, type DirectAnswer, type ListDirectQuery, type User } from '@parley/contracts';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { PeopleService } from '../people/people.service.js';
import { tallyOf, unreadCountOf } from '../read-markers/unread.js';
import { lastMessageOf, roomView } from '../rooms/room.view.js';
import { DirectListRepository, type DirectFilter, type ListedDirect } from './direct-list.repository.js';
import { DirectPairs } from './direct-pairs.js';
import { unstartedDirect } from './unstarted-direct.js';

const Time = z.iso.datetime({ precision: 3 });
/** The part of the list, when the listing began, and the last entry of the page before. */
const Position = z.discriminatedUnion('part', [
  z.strictObject({ part: z.literal('quiet'), asOf: Time, after: z.strictObject({ at: Time, roomId: Uuid }).optional() }),
  z.strictObject({ part: z.literal('moved'), asOf: Time, after: z.strictObject({ roomId: Uuid }).optional() }),
  z.strictObject({ part: z.literal('others'), asOf: Time, after: z.strictObject({ nameKey: StorableText, id: Uuid }).optional() }),
]);
type Position = z.output<typeof Position>;

/**
 * Every other person as a private chat: started ones first, newest activity first, then the others by name.
 *
 * Chats move up while somebody pages down, so the place of an entry is decided as of the first page: started chats that
 * have been quiet since then keep their place; those that have moved since follow after them, so that nobody is left
 * out (one may come twice, with its newer message); who was not started then is among the others, also if he is now.
 */
@Injectable()
export class DirectListService {
  constructor(
    private readonly directs: DirectListRepository,
    private readonly people: PeopleService,
    private readonly pairs: DirectPairs,
  ) {}

  async list(userId: string, { query, cursor, limit }: ListDirectQuery): Promise<DirectAnswer> {
    const self = (await this.people.find([userId])).get(userId);
    if (!self) throw new ParleyError('USER_NOT_FOUND');
    let position: Position | undefined = decodeCursor(Position, cursor) ?? { part: 'quiet', asOf: await this.directs.now() };
    const page: ListedDirect[] = [];
    while (position && page.length < limit) {
      const wanted: number = limit - page.length;
      const found: ListedDirect[] = await this.listPart(position, { userId, query, asOf: position.asOf, limit: wanted + 1 });
      page.push(...found.slice(0, wanted));
      position = found.length > wanted ? positionAfter(position, found[wanted - 1]!) : nextPart(position);
    }
    return { direct: await this.view(self, page), nextCursor: position ? encodeCursor(position) : null };
  }

  private listPart(position: Position, filter: DirectFilter): Promise<ListedDirect[]> {
    switch (position.part) {
      case 'quiet':
        return this.directs.listQuiet(filter, position.after);
      case 'moved':
        return this.directs.listMoved(filter, position.after);
      case 'others':
        return this.directs.listOthers(filter, position.after);
    }
  }

  private async view(self: User, page: readonly ListedDirect[]): Promise<DirectAnswer['direct']> {
    const senderIds = page.flatMap(({ membership }) => membership?.room.lastSenderId ?? []);
    const senders = await this.people.find(senderIds);
    for (const { peer } of page) this.pairs.remember(self.id, peer.id);
    return page.map(({ peer, membership }) => ({
      room: roomView(membership?.room ?? unstartedDirect(self, peer), membership?.role ?? 'member', peer),
      user: peer,
      lastMessage: membership ? lastMessageOf(membership.room, senders) : null,
      unreadCount: membership ? unreadCountOf(tallyOf(membership.room, membership)) : 0,
    }));
  }
}

function positionAfter({ part, asOf }: Position, { peer, peerNameKey, membership }: ListedDirect): Position {
  if (part === 'others' || !membership) return { part: 'others', asOf, after: { nameKey: peerNameKey, id: peer.id } };
  const { id: roomId, lastAt, createdAt } = membership.room;
  return part === 'moved' ? { part, asOf, after: { roomId } } : { part, asOf, after: { at: (lastAt ?? createdAt).toISOString(), roomId } };
}

function nextPart({ part, asOf }: Position): Position | undefined {
  if (part === 'quiet') return { part: 'moved', asOf };
  return part === 'moved' ? { part: 'others', asOf } : undefined;
}
