import { randomUUID } from 'node:crypto';
import {
  ACCESS_TOKEN,
  directRoomId,
  messageIdOf,
  type ChangeOutcome,
  type ChangedMessages,
  type Caller,
  type HistoryPosition,
  type LostAccess,
  type Membership,
  type NamedRoom,
  type RoomFacts,
  type RoomQuestion,
  type RoomPositionHead,
  type RevokedSession,
} from '@parley/chat';
import { ParleyError, type HistoryAnswer, type Message, type MessageChange, type RoomRole, type User } from '@parley/contracts';
import { SignJWT, exportJWK, generateKeyPair, type CryptoKey } from 'jose';

interface TestRoom {
  readonly id: string;
  readonly kind: 'room' | 'direct';
  readonly visibility: 'public' | 'private';
  readonly name: string | undefined;
  readonly members: Map<string, RoomRole>;
  memberRev: number;
  readonly banned: Set<string>;
  readonly messages: Message[];
  /** Message id -> its last change. */
  readonly changes: Map<string, number>;
  changeCount: number;
}

const EPOCH = 1;

export const userOf = (id: string): User => ({
  id,
  username: `user_${id.slice(0, 8)}`,
  displayName: `User ${id.slice(0, 8)}`,
  avatarUrl: `/api/users/${id}/avatar`,
  bio: '',
  status: null,
  createdAt: new Date(0).toISOString(),
  roles: [],
});

/** The other services as a gateway sees them: rooms, stored messages, people, sessions. All in memory, all countable. */
export class World {
  readonly rooms = new Map<string, TestRoom>();
  readonly markers = new Map<string, number>();
  readonly revoked: RevokedSession[] = [];
  readonly lost: LostAccess[] = [];
  /** Value of a session cookie -> whose it is. */
  readonly cookies = new Map<string, Caller>();
  /** Calls of each question since the last look. */
  readonly asked: Record<string, number> = {};
  /** Questions that fail until a test lets them work again. */
  readonly broken = new Set<string>();
  epoch = EPOCH;
  /** What becomes of changes that are accepted. */
  outcome: ChangeOutcome | undefined;
  private keys: Promise<{ privateKey: CryptoKey; publicKey: CryptoKey }> | undefined;

  addRoom(
    options: { name?: string; visibility?: 'public' | 'private'; members?: readonly string[]; kind?: 'room' | 'direct'; id?: string } = {},
  ): string {
    const { name, visibility = 'public', members = [], kind = 'room', id = randomUUID().replace(/^(.{14})./, '$17') } = options;
    const roles = new Map<string, RoomRole>(members.map((userId) => [userId, 'member']));
    this.rooms.set(id, {
      id,
      name,
      kind,
      visibility,
      members: roles,
      memberRev: 0,
      banned: new Set(),
      messages: [],
      changes: new Map(),
      changeCount: 0,
    });
    return id;
  }

  addDirect(userId: string, otherId: string): string {
    return this.addRoom({ id: directRoomId(userId, otherId), kind: 'direct', visibility: 'private', members: [userId, otherId] });
  }

  room(roomId: string): TestRoom {
    const room = this.rooms.get(roomId);
    if (!room) throw new Error(`no room ${roomId}`);
    return room;
  }

  /** Stores a message as the messages service would. A repeat keeps its place. */
  store(roomId: string, senderId: string, text: string, clientMsgId: string = randomUUID()): Message {
    const { messages } = this.room(roomId);
    const id = messageIdOf(senderId, roomId, clientMsgId);
    const known = messages.find((message) => message.id === id);
    if (known) return known;
    const { username, displayName, avatarUrl } = userOf(senderId);
    const message: Message = {
      id,
      roomId,
      seq: messages.length + 1,
      rev: 0,
      clientMsgId,
      kind: 'user',
      sender: { id: senderId, username, displayName, avatarUrl },
      text,
      replyTo: null,
      attachments: [],
      mentions: { userIds: [], everyone: false },
      reactions: [],
      createdAt: new Date().toISOString(),
      editedAt: null,
      deletedAt: null,
    };
    messages.push(message);
    return message;
  }

  /** Changes a message as the messages service would. */
  change(roomId: string, messageId: string, change: Partial<Message>): MessageChange {
    const room = this.room(roomId);
    const index = room.messages.findIndex(({ id }) => id === messageId);
    const before = room.messages[index];
    if (!before) throw new Error(`no message ${messageId}`);
    const message = { ...before, ...change, rev: before.rev + 1 };
    room.messages[index] = message;
    room.changeCount += 1;
    room.changes.set(messageId, room.changeCount);
    return { roomId, epoch: this.epoch, change: room.changeCount, after: room.changeCount - 1, message };
  }

  // RoomAccess
  findFacts(roomId: string, userId: string): Promise<RoomFacts | undefined> {
    this.note('findFacts');
    return Promise.resolve(this.factsOf(roomId, userId));
  }

  private factsOf(roomId: string, userId: string): RoomFacts | undefined {
    const room = this.rooms.get(roomId);
    if (!room) return undefined;
    const { kind, visibility, members, banned } = room;
    const role = members.get(userId) ?? null;
    return {
      roomId,
      kind,
      visibility,
      isArchived: false,
      slowModeSeconds: 0,
      role,
      isBanned: banned.has(userId),
      isMuted: false,
      isForEveryone: false,
      isAdministrator: false,
      memberCount: members.size,
      memberRev: room.memberRev,
    };
  }

  async listFacts(questions: readonly RoomQuestion[]): Promise<(RoomFacts | null)[]> {
    this.note('listFacts');
    return questions.map(({ roomId, userId }) => this.factsOf(roomId, userId) ?? null);
  }

  async listMemberships(userIds: readonly string[]): Promise<Membership[][]> {
    this.note('listMemberships');
    return userIds.map((userId) =>
      [...this.rooms.values()].flatMap(({ id, members }) => {
        const role = members.get(userId);
        return role ? [{ roomId: id, role }] : [];
      }),
    );
  }

  async listLostAccess(): Promise<LostAccess[]> {
    this.note('listLostAccess');
    return this.lost;
  }

  async listMemberIds(roomId: string): Promise<string[]> {
    this.note('listMemberIds');
    return [...(this.rooms.get(roomId)?.members.keys() ?? [])];
  }

  // ReadMarkers
  async listReadSeqs(questions: readonly RoomQuestion[]): Promise<number[]> {
    this.note('listReadSeqs');
    return questions.map(({ roomId, userId }) => this.markers.get(`${roomId}:${userId}`) ?? 0);
  }

  async markRead(roomId: string, userId: string, seq: number): Promise<number> {
    this.note('markRead');
    const key = `${roomId}:${userId}`;
    const moved = Math.max(this.markers.get(key) ?? 0, Math.min(seq, this.room(roomId).messages.length));
    this.markers.set(key, moved);
    return moved;
  }

  // MessageHistory
  async page(roomId: string, position: HistoryPosition, limit: number): Promise<HistoryAnswer> {
    this.note('page');
    const { messages, changeCount: changes } = this.room(roomId);
    const head = messages.length;
    const end = 'before' in position ? position.before - 1 : head;
    const from = 'after' in position ? position.after + 1 : Math.max(1, end - limit + 1);
    const page = messages.filter(({ seq }) => seq >= from && seq < from + limit && ('after' in position || seq <= end));
    const last = page.at(-1)?.seq ?? from - 1;
    return { roomId, epoch: this.epoch, head, changes, messages: page, hasMoreBefore: from > 1, hasMoreAfter: last < head };
  }

  async heads(roomIds: readonly string[]): Promise<RoomPositionHead[]> {
    this.note('heads');
    return roomIds.map((roomId) => {
      const room = this.rooms.get(roomId);
      return { roomId, epoch: this.epoch, head: room?.messages.length ?? 0, changes: room?.changeCount ?? 0 };
    });
  }

  async listChanged(roomId: string, after: number, limit: number): Promise<ChangedMessages> {
    this.note('listChanged');
    const { messages, changes, changeCount } = this.room(roomId);
    const changed = messages
      .map((message) => ({ change: changes.get(message.id) ?? 0, message }))
      .filter(({ change }) => change > after)
      .sort((a, b) => a.change - b.change);
    return { epoch: this.epoch, changes: changeCount, changed: changed.slice(0, limit) };
  }

  // ChangeOutcomes
  async wait(): Promise<ChangeOutcome | undefined> {
    this.note('wait');
    return this.outcome;
  }

  async findMessage(roomId: string, messageId: string): Promise<Message | undefined> {
    return this.room(roomId).messages.find(({ id }) => id === messageId);
  }

  async listAt(roomId: string, seqs: readonly number[]): Promise<Message[]> {
    return this.room(roomId).messages.filter(({ seq }) => seqs.includes(seq));
  }

  async countNeverUnread(): Promise<number> {
    return 0;
  }

  // Profiles
  async find(userIds: readonly string[]): Promise<User[]> {
    return userIds.map(userOf);
  }

  /** NamedRooms, which has methods of other ports' names. */
  readonly named = {
    find: async (room: string, userId: string) => this.nameOf(this.readable(room, userId)),
    join: async (room: string, userId: string) => {
      const known = [...this.rooms.values()].find(({ id, name, visibility }) => id === room || (name === room && visibility === 'public'));
      const joined = known ? this.readable(room, userId) : this.room(this.addRoom({ name: room }));
      joined.members.set(userId, joined.members.get(userId) ?? 'member');
      return this.nameOf(joined);
    },
  };

  private readable(room: string, userId: string): TestRoom {
    this.note('named');
    const found = [...this.rooms.values()].find(({ id, name, visibility }) => id === room || (name === room && visibility === 'public'));
    if (!found || (found.visibility === 'private' && !found.members.has(userId))) throw new ParleyError('ROOM_NOT_FOUND');
    if (found.banned.has(userId)) throw new ParleyError('BANNED');
    return found;
  }

  private nameOf({ id, name, visibility }: TestRoom): NamedRoom {
    return { roomId: id, label: visibility === 'public' ? (name ?? id) : id };
  }

  // Sessions
  async publicKeys() {
    const { publicKey } = await this.signingKeys();
    return { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: ACCESS_TOKEN.algorithm, use: 'sig' }] };
  }

  // MediaLibrary
  async reserve(): Promise<never> {
    throw new ParleyError('MEDIA_NOT_ATTACHABLE');
  }

  async listRevokedSince(): Promise<RevokedSession[]> {
    return this.revoked;
  }

  async findByCookie(token: string): Promise<Caller | undefined> {
    this.note('findByCookie');
    return this.cookies.get(token);
  }

  async token(userId: string, options: { sessionId?: string; expiresInSeconds?: number } = {}): Promise<string> {
    const { sessionId = randomUUID(), expiresInSeconds = 600 } = options;
    const { privateKey } = await this.signingKeys();
    return new SignJWT({ sid: sessionId, roles: [] })
      .setProtectedHeader({ alg: ACCESS_TOKEN.algorithm, typ: ACCESS_TOKEN.type, kid: 'test' })
      .setIssuer(ACCESS_TOKEN.issuer)
      .setAudience(ACCESS_TOKEN.audience)
      .setSubject(userId)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
      .sign(privateKey);
  }

  private signingKeys() {
    this.keys ??= generateKeyPair(ACCESS_TOKEN.algorithm, { extractable: true });
    return this.keys;
  }

  private note(question: string): void {
    this.asked[question] = (this.asked[question] ?? 0) + 1;
    if (this.broken.has(question)) throw new Error(`${question} is away`);
  }
}
