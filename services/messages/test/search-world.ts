import { randomUUID } from 'node:crypto';
import {
  NamedRooms,
  RoomAccess,
  messageIdOf,
  type LostAccess,
  type Membership,
  type NamedRoom,
  type RoomFacts,
  type RoomQuestion,
} from '@parley/chat';
import { ParleyError, SearchQuery, type Media, type SearchAnswer, type User } from '@parley/contracts';
import { createTestDatabase } from '@parley/db/testing';
import { PostgresEventLog, logSchema } from '@parley/platform';
import { ChangeRepository } from '../src/changing/change.repository.js';
import { MessagesDatabase, messagesSchema } from '../src/db/messages.database.js';
import { HistoryRepository } from '../src/history/history.repository.js';
import { MessageViewService } from '../src/history/message-view.service.js';
import { PeopleRepository } from '../src/people/people.repository.js';
import { SenderDirectory } from '../src/people/sender-directory.service.js';
import { CandidateFinder } from '../src/search/candidate-finder.js';
import { ReadableRoomsService } from '../src/search/readable-rooms.service.js';
import { SearchIndexRepository } from '../src/search/search-index.repository.js';
import { SearchNames } from '../src/search/search-names.service.js';
import { SearchRoomRepository } from '../src/search/search-room.repository.js';
import { SearchConsumer } from '../src/search/search.consumer.js';
import { SearchDatabase } from '../src/search/search.database.js';
import { SearchRepository } from '../src/search/search.repository.js';
import { SearchService } from '../src/search/search.service.js';
import { SpellingList } from '../src/search/spelling-list.js';
import { MessageBatchRepository } from '../src/storing/message-batch.repository.js';
import type { StoredFact } from '../src/storing/stored-announcer.js';
import { changedFact, storedFacts } from '../src/storing/stored-facts.js';

interface TestRoom {
  readonly roomId: string;
  readonly name: string;
  visibility: 'public' | 'private';
  isArchived: boolean;
  readonly members: Set<string>;
  readonly banned: Set<string>;
}

/** What the rooms service would answer, from a table that the test changes. */
class TestRooms extends RoomAccess {
  readonly all = new Map<string, TestRoom>();

  add(visibility: 'public' | 'private', members: readonly User[]): TestRoom {
    const roomId = randomUUID();
    const room = {
      roomId,
      name: `room ${roomId.slice(0, 8)}`,
      visibility,
      isArchived: false,
      members: new Set(members.map(({ id }) => id)),
      banned: new Set<string>(),
    };
    this.all.set(roomId, room);
    return room;
  }

  findFacts(roomId: string, userId: string): Promise<RoomFacts | undefined> {
    const room = this.all.get(roomId);
    if (!room) return Promise.resolve(undefined);
    return Promise.resolve({
      roomId,
      kind: 'room',
      visibility: room.visibility,
      isArchived: room.isArchived,
      slowModeSeconds: 0,
      role: room.members.has(userId) ? 'member' : null,
      isBanned: room.banned.has(userId),
      isForEveryone: false,
      isMuted: false,
      isAdministrator: false,
      memberCount: room.members.size,
      memberRev: 0,
    });
  }

  async listFacts(questions: readonly RoomQuestion[]): Promise<(RoomFacts | null)[]> {
    return Promise.all(questions.map(async ({ roomId, userId }) => (await this.findFacts(roomId, userId)) ?? null));
  }

  listMemberships(userIds: readonly string[]): Promise<Membership[][]> {
    const of = (userId: string) => [...this.all.values()].filter(({ members }) => members.has(userId));
    return Promise.resolve(userIds.map((userId) => of(userId).map(({ roomId }) => ({ roomId, role: 'member' as const }))));
  }

  listMemberIds(): Promise<string[]> {
    return Promise.resolve([]);
  }

  listLostAccess(): Promise<LostAccess[]> {
    return Promise.resolve([]);
  }
}

class TestNames extends NamedRooms {
  constructor(private readonly rooms: TestRooms) {
    super();
  }

  find(name: string): Promise<NamedRoom> {
    const room = [...this.rooms.all.values()].find((each) => each.name === name && each.visibility === 'public');
    if (!room) throw new ParleyError('ROOM_NOT_FOUND');
    return Promise.resolve({ roomId: room.roomId, label: room.name });
  }

  listReadable(name: string, userId: string): Promise<string[]> {
    const rooms = [...this.rooms.all.values()].filter((each) => each.name === name);
    const readable = rooms.filter(({ visibility, members }) => visibility === 'public' || members.has(userId));
    return Promise.resolve(readable.map(({ roomId }) => roomId));
  }

  join(name: string): Promise<NamedRoom> {
    return this.find(name);
  }
}

export const person = (username: string): User => ({
  id: randomUUID(),
  username,
  displayName: username,
  avatarUrl: '/a',
  bio: '',
  status: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  roles: [],
});

export interface Written {
  readonly roomId: string;
  readonly id: string;
  readonly seq: number;
}

/** Storing, the log, the index and searching on a real Postgres; rooms and people as the test says. */
export class SearchWorld implements AsyncDisposable {
  readonly rooms = new TestRooms();
  readonly #stack = new AsyncDisposableStack();

  private constructor(
    readonly databaseUrl: string,
    readonly database: MessagesDatabase,
    readonly log: PostgresEventLog,
    readonly people: readonly User[],
  ) {
    const searchDatabase = this.#stack.adopt(new SearchDatabase({ url: databaseUrl, poolSize: 4 }, messagesSchema), (opened) =>
      opened.close(),
    );
    const history = new HistoryRepository(database);
    const peopleRepository = new PeopleRepository(database);
    const senders = new SenderDirectory(peopleRepository, { find: () => Promise.resolve([...people]) });
    const searchRooms = new SearchRoomRepository(database);
    const search = new SearchRepository(searchDatabase);
    this.index = new SearchIndexRepository(database, new SpellingList());
    this.consumer = new SearchConsumer(log, this.index, searchRooms);
    this.readable = new ReadableRoomsService(this.rooms, searchRooms);
    this.batches = new MessageBatchRepository(database, new ChangeRepository());
    this.searchDatabase = searchDatabase;
    this.service = new SearchService(
      search,
      new CandidateFinder(search),
      new SearchNames(peopleRepository, new TestNames(this.rooms)),
      this.readable,
      searchRooms,
      history,
      new MessageViewService(senders, history),
    );
  }

  readonly index: SearchIndexRepository;
  readonly consumer: SearchConsumer;
  readonly readable: ReadableRoomsService;
  readonly service: SearchService;
  readonly batches: MessageBatchRepository;
  readonly searchDatabase: SearchDatabase;

  static async start(people: readonly User[]): Promise<SearchWorld> {
    const testDatabase = await createTestDatabase([logSchema, messagesSchema]);
    const database = new MessagesDatabase({ url: testDatabase.url }, messagesSchema);
    await database.open();
    const log = await PostgresEventLog.open({ url: testDatabase.url });
    const world = new SearchWorld(testDatabase.url, database, log, people);
    await world.searchDatabase.open();
    await new PeopleRepository(database).upsert(people);
    await world.consumer.onApplicationBootstrap();
    world.#stack.defer(() => testDatabase.drop());
    world.#stack.defer(() => database.close());
    world.#stack.defer(() => log.close());
    world.#stack.defer(() => world.consumer.beforeApplicationShutdown());
    return world;
  }

  /** Stores a message and tells the log. */
  async write(
    sender: User,
    { roomId }: { readonly roomId: string },
    text: string,
    more: { createdAt?: string; attachments?: Media[] } = {},
  ): Promise<Written> {
    const clientMsgId = randomUUID();
    const messageId = messageIdOf(sender.id, roomId, clientMsgId);
    const [room] = await this.batches.store([
      {
        messageId,
        roomId,
        senderId: sender.id,
        clientMsgId,
        text,
        replyTo: null,
        attachments: more.attachments ?? [],
        acceptedAt: more.createdAt ?? new Date().toISOString(),
        mayMentionEveryone: false,
        mentions: null,
      },
    ]);
    await this.tell(storedFacts(room!));
    return { roomId, id: messageId, seq: room!.rows[0]!.seq };
  }

  /** Changes a message as its author and tells the log. `text` undefined: deletes it. Answers the fact. */
  async change(sender: User, { roomId, id }: Written, text: string | undefined): Promise<StoredFact> {
    const command = {
      commandId: randomUUID(),
      roomId,
      messageId: id,
      userId: sender.id,
      role: 'member' as const,
      acceptedAt: new Date().toISOString(),
    };
    const change =
      text === undefined
        ? ({ action: 'delete', command } as const)
        : ({ action: 'edit', command: { ...command, text }, mentions: null } as const);
    const { changed } = await this.batches.storeAndChange([], [{ postsBefore: 0, change }]);
    const fact = changedFact(changed[0]!);
    await this.tell([fact]);
    return fact;
  }

  async tell(facts: readonly StoredFact[]): Promise<void> {
    for (const { event, payload } of facts) await this.log.append(event as never, payload as never);
  }

  /** Everything written so far can be found, and the rooms are known. */
  async settle(): Promise<void> {
    await this.consumer.caughtUp();
    await this.readable.learnUnknown();
  }

  search(caller: User, query: Record<string, string>): Promise<SearchAnswer> {
    return this.service.search(caller.id, SearchQuery.parse(query));
  }

  /** Texts of the hits. */
  async find(caller: User, q: string, more: Record<string, string> = {}): Promise<string[]> {
    return (await this.search(caller, { q, ...more })).hits.map(({ message }) => message.text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
  }
}
