import type { Conversation, MemberChange, ReadMoved, Room, User } from '@parley/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Conversations } from './conversations.js';

const ME = 'me';
const ROOMS = ['one', 'two', 'three'] as const;
type RoomKey = (typeof ROOMS)[number];

interface StoredRoom {
  name: string;
  head: number;
  readSeq: number;
  readEra: number;
  others: number;
  memberRev: number;
  isJoined: boolean;
}
type Event = (client: Conversations) => void;

/** What the server knows of one reader. Every change gives the event that tells of it. */
class Server {
  readonly rooms = new Map<RoomKey, StoredRoom>(
    ROOMS.map((key) => [key, { name: key, head: 0, readSeq: 0, readEra: 0, others: 1, memberRev: 1, isJoined: true }]),
  );

  fetch(): Conversation[] {
    return [...this.rooms].flatMap(([id, room]) => (room.isJoined ? [this.conversation(id, room)] : []));
  }

  post(id: RoomKey): Event | undefined {
    const room = this.rooms.get(id)!;
    if (!room.isJoined) return undefined;
    room.head += 1;
    const entry = { roomId: id, head: room.head, preview: `message ${room.head}`, mention: false };
    return (client) => client.applyActivity({ rooms: [entry] }, new Date(0));
  }

  read(id: RoomKey, seq: number): Event | undefined {
    const room = this.rooms.get(id)!;
    if (!room.isJoined) return undefined;
    const target = Math.min(room.head, seq);
    if (target < room.readSeq) room.readEra += 1;
    room.readSeq = target;
    const { head, readSeq, readEra } = room;
    const moved: ReadMoved = { roomId: id, readSeq, readEra, head, unreadCount: head - readSeq, mentionCount: 0 };
    return (client) => client.applyRead(moved);
  }

  rename(id: RoomKey, name: string): Event | undefined {
    const room = this.rooms.get(id)!;
    if (!room.isJoined) return undefined;
    room.name = name;
    const changed = this.room(id, room);
    return (client) => client.applySharedRoom(changed);
  }

  member(id: RoomKey, isJoined: boolean): Event | undefined {
    const room = this.rooms.get(id)!;
    if (!room.isJoined || (!isJoined && room.others === 0)) return undefined;
    room.others += isJoined ? 1 : -1;
    room.memberRev += 1;
    return this.memberEvent(id, 'other', isJoined);
  }

  move(id: RoomKey): Event {
    const room = this.rooms.get(id)!;
    room.isJoined = !room.isJoined;
    room.memberRev += 1;
    if (room.isJoined) Object.assign(room, { readSeq: room.head, readEra: room.readEra + 1 });
    return this.memberEvent(id, ME, room.isJoined);
  }

  private memberEvent(roomId: RoomKey, userId: string, isJoined: boolean): Event {
    const room = this.rooms.get(roomId)!;
    const change: MemberChange = {
      roomId,
      userId,
      change: isJoined ? 'joined' : 'left',
      user: { id: userId } as User,
      role: isJoined ? 'member' : null,
      memberRev: room.memberRev,
      memberCount: room.others + (room.isJoined ? 1 : 0),
    };
    return (client) => client.applyMember(change);
  }

  private conversation(id: RoomKey, room: StoredRoom): Conversation {
    const { head, readSeq, readEra } = room;
    const lastMessage = head === 0 ? null : { seq: head, sender: null, preview: `message ${head}`, createdAt: new Date(0).toISOString() };
    const numbers = { head, readSeq, readEra, unreadCount: head - readSeq, mentionCount: 0 };
    return { room: this.room(id, room), lastMessage, ...numbers, notify: 'all', mutedUntil: null, favourite: false };
  }

  private room(id: RoomKey, { name, others, memberRev }: StoredRoom): Room {
    return { id, kind: 'room', name, memberCount: others + 1, memberRev, joined: true, role: 'member' } as Room;
  }
}

/** What a reader sees of it. */
const seen = (conversations: Iterable<Conversation>) =>
  [...conversations]
    .map(({ room, head, readSeq, unreadCount, lastMessage }) => ({
      ...{ id: room.id, name: room.name, members: room.memberCount, head, readSeq, unreadCount },
      preview: lastMessage?.preview ?? null,
    }))
    .sort((a, b) => a.id.localeCompare(b.id));

const key = fc.constantFrom(...ROOMS);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('post' as const), key }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('read' as const), key, seq: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rename' as const), key, name: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('member' as const), key, isJoined: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('move' as const), key }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function carryOut(server: Server, action: Step): Event | undefined {
  switch (action.kind) {
    case 'post':
      return server.post(action.key);
    case 'read':
      return server.read(action.key, action.seq);
    case 'rename':
      return server.rename(action.key, action.name);
    case 'member':
      return server.member(action.key, action.isJoined);
    case 'move':
      return server.move(action.key);
  }
}

it('a list that is loaded while things happen, and what comes after it, make the same as a fresh one', () => {
  const steps = fc.array(step, { maxLength: 12 });
  fc.assert(
    fc.property(steps, steps, steps, steps, fc.infiniteStream(fc.nat(9)), (lost, before, during, after, luck) => {
      const chance = () => luck.next().value as number;
      const server = new Server();
      let mustReload = false;
      const client = new Conversations(ME, () => {
        mustReload = true;
      });
      const pending: Event[] = [];
      const run = (actions: readonly Step[], isLost = false) => {
        for (const action of actions) {
          const event = carryOut(server, action);
          // The connection keeps the order; what it brings twice is the same again.
          if (event && !isLost) pending.push(...(chance() > 7 ? [event, event] : [event]));
          while (pending.length > 0 && chance() > 4) pending.shift()!(client);
        }
      };
      const load = (meanwhile: readonly Step[], late: readonly Step[]) => {
        mustReload = false;
        client.beginLoad();
        run(meanwhile);
        const answer = server.fetch();
        run(late);
        // What was told before the answer was made has come by now: an answer takes longer than an event.
        for (const event of pending.splice(0)) event(client);
        client.replaceAll(answer);
      };
      client.replaceAll(server.fetch());
      run(lost, true);
      load(before, during);
      run(after);
      for (const event of pending.splice(0)) event(client);
      while (mustReload) load([], []);
      expect(seen(client.store.get().values())).toEqual(seen(server.fetch()));
    }),
    { numRuns: 500 },
  );
});

it('news of a marker in any order, doubled or late, leads to where the person left it, and back only if he went back', () => {
  const action = fc.oneof(
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('post' as const) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), seq: fc.nat(12) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('unread' as const), seq: fc.nat(12) }) },
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 15 }), fc.infiniteStream(fc.nat(100)), (actions, luck) => {
      const server = new Server();
      const room = server.rooms.get('one')!;
      const client = new Conversations(ME, () => undefined);
      client.replaceAll(server.fetch());
      const news: Event[] = [];
      const marker = () => client.store.get().get('one')!;
      const hear = (event: Event) => {
        const before = marker();
        event(client);
        const after = marker();
        expect(after.readEra! > before.readEra! || after.readSeq >= before.readSeq).toBe(true);
      };
      for (const { kind, ...rest } of actions) {
        if (kind === 'post')
          server.post('one')!(client); // one stream, in its order
        else {
          const { seq } = rest as { seq: number };
          const event = server.read('one', kind === 'read' ? Math.max(room.readSeq, seq) : seq)!;
          news.push(event, event);
        }
        while (news.length > 0 && luck.next().value! > 60) hear(news.splice(luck.next().value! % news.length, 1)[0]!);
      }
      while (news.length > 0) hear(news.splice(luck.next().value! % news.length, 1)[0]!);
      expect(seen(client.store.get().values())).toEqual(seen(server.fetch()));
    }),
    { numRuns: 500 },
  );
});
