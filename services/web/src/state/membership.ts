import type { Room } from '@parley/contracts';
import type { ChatApi } from '../net/chat-api.js';
import type { Conversations } from './conversations.js';
import type { KnownRooms } from './known-rooms.js';

export interface MembershipOptions {
  readonly api: Pick<ChatApi, 'createRoom' | 'joinRoom' | 'leaveRoom' | 'openDirect'>;
  readonly conversations: Pick<Conversations, 'add' | 'remove'>;
  readonly knownRooms: Pick<KnownRooms, 'learn' | 'refresh'>;
  /** A room that one is new in has a preview and numbers that only the server knows. */
  readonly onJoined: () => void;
}

/** Which rooms this person is in, as far as he decides it himself. */
export class Membership {
  constructor(private readonly options: MembershipOptions) {}

  async create(body: Parameters<ChatApi['createRoom']>[0]): Promise<Room> {
    return this.joined(await this.options.api.createRoom(body));
  }

  async join(roomId: string): Promise<Room> {
    return this.joined(await this.options.api.joinRoom(roomId));
  }

  async leave(roomId: string): Promise<void> {
    const { api, conversations, knownRooms } = this.options;
    await api.leaveRoom(roomId);
    conversations.remove(roomId);
    await knownRooms.refresh(roomId);
  }

  /** The private chat with a person; it is listed from its first message on. */
  async openDirect(userId: string): Promise<Room> {
    const room = await this.options.api.openDirect(userId);
    this.options.knownRooms.learn(room);
    return room;
  }

  private joined(room: Room): Room {
    this.options.knownRooms.learn(room);
    this.options.conversations.add(room);
    this.options.onJoined();
    return room;
  }
}
