import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessageHistory, Profiles, RevokedSessions, Sessions } from '@parley/chat';
import { ListRoomsQuery, ListQuery, type Room, type User } from '@parley/contracts';
import { createTestDatabase, type TestDatabase } from '@parley/db/testing';
import { logSchema, PlatformModule } from '@parley/platform';
import { ConfigModule, OriginPolicy, loadConfig } from '@parley/runtime';
import { RoomAccessService } from '../src/access/room-access.service.js';
import { ConversationService } from '../src/conversations/conversation.service.js';
import { RoomsDatabase, roomsSchema } from '../src/db/rooms.database.js';
import { DirectListService } from '../src/direct/direct-list.service.js';
import { DirectService } from '../src/direct/direct.service.js';
import { HeadService } from '../src/heads/head.service.js';
import { BanService } from '../src/bans/ban.service.js';
import { InviteService } from '../src/invites/invite.service.js';
import { MemberAdminService } from '../src/members/member-admin.service.js';
import { MemberListService } from '../src/members/member-list.service.js';
import { MembershipService } from '../src/members/membership.service.js';
import { NotificationService } from '../src/notifications/notification.service.js';
import { PeopleService } from '../src/people/people.service.js';
import { ReadMarkerService } from '../src/read-markers/read-marker.service.js';
import { pushConfig } from '../src/rooms.config.js';
import { RoomsModule } from '../src/rooms.module.js';
import { RoomSettingsService } from '../src/rooms/room-settings.service.js';
import { RoomService } from '../src/rooms/room.service.js';
import { FakeProfiles, newUser } from './people.js';
import { StoredHistory } from './stored-history.js';

/** What the service is told, and whom it asks. */
interface Peers {
  readonly profiles: FakeProfiles;
  readonly history: StoredHistory;
  readonly env: Record<string, string>;
}

/** The rooms service on a real Postgres and the real embedded platform; only the services that it asks are stand-ins. */
export class RoomsFixture implements AsyncDisposable {
  readonly profiles: FakeProfiles;
  readonly history: StoredHistory;

  private constructor(
    readonly database: TestDatabase,
    readonly app: INestApplicationContext,
    private readonly dataDir: string,
    private readonly isOwner: boolean,
    private readonly peers: Peers,
  ) {
    this.profiles = peers.profiles;
    this.history = peers.history;
  }

  /** @param env of the rooms service; without it nothing is pushed to anybody */
  static async start(env: Record<string, string> = { PARLEY_PUSH_ENABLED: 'false' }): Promise<RoomsFixture> {
    const database = await createTestDatabase([logSchema, roomsSchema]);
    return RoomsFixture.open(database, true, { profiles: new FakeProfiles(), history: new StoredHistory(), env });
  }

  /** A further process of the service on the same data. */
  async startAnother(): Promise<RoomsFixture> {
    return RoomsFixture.open(this.database, false, this.peers);
  }

  private static async open(database: TestDatabase, isOwner: boolean, peers: Peers): Promise<RoomsFixture> {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-rooms-'));
    const PeersModule = peersModule(peers);
    const config = ConfigModule.for(loadConfig([pushConfig], peers.env));
    const platform = PlatformModule.for({ mode: 'embedded', databaseUrl: database.url, dataDir, limitsFactor: 1 });
    @Module({ imports: [platform, config, PeersModule, RoomsModule] })
    class Root {}
    const app = await NestFactory.createApplicationContext(Root, { logger: ['error'], abortOnError: false });
    return new RoomsFixture(database, app, dataDir, isOwner, peers);
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.app.get<T>(type as Type<T>, { strict: false });
  }

  readonly rooms = () => this.get(RoomService);
  readonly settings = () => this.get(RoomSettingsService);
  readonly admin = () => this.get(MemberAdminService);
  readonly bans = () => this.get(BanService);
  readonly invites = () => this.get(InviteService);
  readonly notifications = () => this.get(NotificationService);
  readonly memberships = () => this.get(MembershipService);
  readonly memberList = () => this.get(MemberListService);
  readonly people = () => this.get(PeopleService);
  readonly directs = () => this.get(DirectService);
  readonly directList = () => this.get(DirectListService);
  readonly conversations = () => this.get(ConversationService);
  readonly markers = () => this.get(ReadMarkerService);
  readonly heads = () => this.get(HeadService);
  readonly access = () => this.get(RoomAccessService);

  query<R extends Record<string, unknown>>(sql: string, values?: unknown[]): Promise<R[]> {
    return this.get(RoomsDatabase).query<R>(sql, values);
  }

  /** Registered and known to the auth service; this service has not heard of him. */
  user(over: Partial<User> = {}): User {
    const [user] = this.profiles.add(newUser(over));
    return user;
  }

  create(owner: User, name: string, visibility: 'public' | 'private' = 'public'): Promise<Room> {
    return this.rooms().create(owner.id, { name, visibility });
  }

  /** Stores messages and lets the service hear of them at once. */
  async send(roomId: string, sender: User | null, ...texts: string[]): Promise<void> {
    await this.heads().advance(texts.map((text) => this.history.store(roomId, sender?.id ?? null, text)));
  }

  async general(): Promise<string> {
    const [row] = await this.query<{ id: string }>(`SELECT id FROM rooms.rooms WHERE is_for_everyone`);
    return row!.id;
  }

  async memberCount(roomId: string): Promise<{ kept: number; counted: number }> {
    const [row] = await this.query<{ kept: number; counted: number }>(
      `SELECT member_count AS kept, (SELECT count(*)::int FROM rooms.members WHERE room_id = id) AS counted FROM rooms.rooms WHERE id = $1`,
      [roomId],
    );
    return row!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    await rm(this.dataDir, { recursive: true, force: true });
    if (this.isOwner) await this.database.drop();
  }
}

function peersModule({ profiles, history }: Peers): Type {
  @Global()
  @Module({
    providers: [
      { provide: Profiles, useValue: profiles },
      { provide: MessageHistory, useValue: history },
      { provide: OriginPolicy, useValue: { publicUrl: 'https://chat.example' } },
      { provide: Sessions, useValue: { publicKeys: async () => ({ keys: [] }), listRevokedSince: async () => [] } },
      RevokedSessions,
    ],
    exports: [Profiles, MessageHistory, OriginPolicy, RevokedSessions],
  })
  class PeersModule {}
  return PeersModule;
}

/** Queries as the edge parses them. */
export const roomsQuery = (query: Record<string, string> = {}): ListRoomsQuery => ListRoomsQuery.parse(query);
export const listQuery = (query: Record<string, string> = {}): ListQuery => ListQuery.parse(query);

/** The code with which a promise was refused; fails when it was not. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  throw new Error('was not refused');
}
