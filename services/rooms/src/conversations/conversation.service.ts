import { Injectable } from '@nestjs/common';
import type { Conversation, ConversationsAnswer, User } from '@parley/contracts';
import type { MemberEntity } from '../db/member.entity.js';
import { MemberRepository } from '../members/member.repository.js';
import { MuteRepository } from '../members/mute.repository.js';
import { MentionRepository } from '../mentions/mention.repository.js';
import { PeopleService } from '../people/people.service.js';
import { readSeqOf, tallyOf, unreadCountOf } from '../read-markers/unread.js';
import { lastMessageOf, peerIdOf, roomView } from '../rooms/room.view.js';

/** The sidebar: joined rooms and started private chats, newest activity first. */
@Injectable()
export class ConversationService {
  constructor(
    private readonly members: MemberRepository,
    private readonly people: PeopleService,
    private readonly mentions: MentionRepository,
    private readonly mutes: MuteRepository,
  ) {}

  async list(userId: string): Promise<ConversationsAnswer> {
    await this.people.meet(userId);
    const memberships = await this.members.listOf(userId);
    memberships.sort((one, other) => activityOf(other) - activityOf(one) || (one.roomId < other.roomId ? -1 : 1));
    const people = await this.people.find(
      memberships.flatMap(({ room }) => [peerIdOf(room, userId), room.lastSenderId]).filter((id) => id !== null),
    );
    const mentions = await this.mentions.countUnread(userId);
    const roomIds = memberships.map(({ roomId }) => roomId);
    const silences = roomIds.length === 0 ? new Map<string, Date>() : await this.mutes.listUntil(userId, roomIds);
    return {
      conversations: memberships.map((membership) => ({
        ...conversationOf(membership, people, mentions.get(membership.roomId) ?? 0),
        ...silenceOf(silences.get(membership.roomId)),
      })),
    };
  }
}

const activityOf = ({ room }: MemberEntity): number => (room.lastAt ?? room.createdAt).getTime();

const silenceOf = (until: Date | undefined): Pick<Conversation, 'silencedUntil'> => (until ? { silencedUntil: until.toISOString() } : {});

function conversationOf(membership: MemberEntity, people: ReadonlyMap<string, User>, mentionCount: number): Conversation {
  const { room, userId, role, notify, mutedUntil, favourite } = membership;
  const peerId = peerIdOf(room, userId);
  const tally = tallyOf(room, membership);
  return {
    room: roomView(room, role, peerId === null ? undefined : people.get(peerId)),
    lastMessage: lastMessageOf(room, people),
    head: room.head,
    readSeq: readSeqOf(tally),
    readEra: membership.readEra,
    unreadCount: unreadCountOf(tally),
    mentionCount,
    notify,
    mutedUntil: mutedUntil?.toISOString() ?? null,
    favourite,
  };
}
