import { MemberMuted, MembershipChanged, MembershipChangedV1, RoomChanged } from '@parley/contracts';
import type { EventLog, RoomFanout, TailOptions } from '@parley/platform';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CachedRoomAccess } from './cached-room-access.js';
import { ROOM_ACCESS_SUBJECT } from './room-access-notices.js';
import { RoomAccess, type LostAccess, type Membership, type RoomFacts, type RoomQuestion } from './room-access.js';

const factsOf = (roomId: string, role: RoomFacts['role']): RoomFacts => ({
  roomId,
  kind: 'room',
  visibility: 'public',
  isArchived: false,
  slowModeSeconds: 0,
  role,
  isBanned: false,
  isMuted: false,
  isForEveryone: false,
  isAdministrator: false,
  memberCount: 2,
  memberRev: 2,
});

/** Answers when it is told to, so that a test decides what happens meanwhile. */
class SlowAccess extends RoomAccess {
  readonly questions: { userId: string; answer: (facts: RoomFacts | null) => void; fail: (error: Error) => void }[] = [];
  /** Each as many questions as were put together. */
  readonly trips: number[] = [];
  readonly askedSingly: string[] = [];

  listFacts(questions: readonly RoomQuestion[]): Promise<(RoomFacts | null)[]> {
    this.trips.push(questions.length);
    return Promise.all(
      questions.map(({ userId }) => new Promise<RoomFacts | null>((answer, fail) => this.questions.push({ userId, answer, fail }))),
    );
  }

  findFacts(roomId: string): Promise<RoomFacts | undefined> {
    this.askedSingly.push(roomId);
    return Promise.resolve({ ...factsOf(roomId, 'member'), kind: 'direct' });
  }

  listMemberships(): Promise<Membership[][]> {
    return Promise.resolve([[{ roomId: 'joined', role: 'member' }]]);
  }

  listMemberIds(): Promise<string[]> {
    return Promise.resolve(['member']);
  }

  listLostAccess(): Promise<LostAccess[]> {
    return Promise.resolve([{ roomId: 'lost', userId: 'alice' }]);
  }
}

describe('CachedRoomAccess', () => {
  let source: SlowAccess;
  let cache: CachedRoomAccess;
  let now: number;
  let closed: string[];
  let notify: (payload: unknown) => void;
  let append: (type: string, payload: unknown) => void;

  beforeEach(async () => {
    source = new SlowAccess();
    now = 0;
    closed = [];
    const log = {
      tail: ({ topic, events, handle }: TailOptions<unknown>) => {
        expect(events).toEqual([RoomChanged, MembershipChangedV1, MembershipChanged, MemberMuted]);
        append = (type, payload) => void handle({ type, payload, topic, partition: 0, offset: 0n });
        return Promise.resolve({ caughtUp: () => Promise.resolve(), close: () => Promise.resolve(void closed.push(topic)) });
      },
    } as unknown as EventLog;
    const fanout = {
      listen: (subject: string, handle: (payload: unknown) => void) => {
        if (subject === ROOM_ACCESS_SUBJECT) notify = handle;
        return () => void closed.push(subject);
      },
    } as unknown as RoomFanout;
    cache = new CachedRoomAccess(source, log, fanout, () => now);
    await cache.onApplicationBootstrap();
  });

  afterEach(async () => {
    await cache.beforeApplicationShutdown();
    expect(closed).toEqual([ROOM_ACCESS_SUBJECT, 'chat.rooms']);
  });

  /** Asks, answers the question that reached the source (there must be one) and hands back the result. */
  const askSource = async (roomId: string, userId: string, role: RoomFacts['role']): Promise<RoomFacts | undefined> => {
    const before = source.questions.length;
    const result = cache.findFacts(roomId, userId);
    await nextTurn();
    expect(source.questions).toHaveLength(before + 1);
    source.questions.at(-1)!.answer(factsOf(roomId, role));
    return result;
  };

  const expectCached = async (roomId: string, userId: string, role: RoomFacts['role']): Promise<void> => {
    const before = source.questions.length;
    expect((await cache.findFacts(roomId, userId))?.role).toBe(role);
    expect(source.questions).toHaveLength(before);
  };

  it('keeps what lets somebody in for 5 s, measured from the question', async () => {
    await askSource('room', 'alice', 'member');
    now = 4_999;
    await expectCached('room', 'alice', 'member');
    now = 5_000;
    expect((await askSource('room', 'alice', 'owner'))?.role).toBe('owner');
  });

  it('does not keep what keeps somebody out: the notice of a joining may be late', async () => {
    await askSource('room', 'alice', null);
    expect((await askSource('room', 'alice', 'member'))?.role).toBe('member');
  });

  it('replaces what let somebody in by nothing when it is asked for again and keeps out', async () => {
    await askSource('room', 'alice', 'member');
    now = 5_000;
    await askSource('room', 'alice', null);
    expect((await askSource('room', 'alice', 'member'))?.role).toBe('member');
  });

  it('asks once for many who ask at the same time, and separately for each person', async () => {
    const asked = [cache.findFacts('room', 'alice'), cache.findFacts('room', 'alice'), cache.findFacts('room', 'bob')];
    await nextTurn();
    expect(source.questions.map(({ userId }) => userId)).toEqual(['alice', 'bob']);
    expect(source.trips).toEqual([2]);
    for (const question of source.questions) question.answer(factsOf('room', 'member'));
    expect((await Promise.all(asked)).map((facts) => facts?.role)).toEqual(['member', 'member', 'member']);
  });

  it('does not keep a failure', async () => {
    const failing = cache.findFacts('room', 'alice');
    await nextTurn();
    source.questions[0]!.fail(new Error('down'));
    await expect(failing).rejects.toThrow('down');
    expect((await askSource('room', 'alice', 'member'))?.role).toBe('member');
  });

  const changes: [string, () => void][] = [
    ['forget()', () => cache.forget('room', 'alice')],
    ['forgetRoom()', () => cache.forgetRoom('room')],
    ['a notice', () => notify({ roomId: 'room', userIds: ['carol', 'alice'] })],
    ['a changed membership in the log', () => append(MembershipChanged.type, { roomId: 'room', userId: 'alice' })],
    ['a mute in the log', () => append(MemberMuted.type, { roomId: 'room', userId: 'alice' })],
    ['a changed room in the log', () => append(RoomChanged.type, { room: { id: 'room' } })],
  ];

  it.each(changes)('asks again after %s', async (_name, change) => {
    await askSource('room', 'alice', 'owner');
    await askSource('other', 'alice', 'owner');
    change();
    expect((await askSource('room', 'alice', 'member'))?.role).toBe('member');
    await expectCached('other', 'alice', 'owner');
  });

  it.each(changes)('neither joins nor keeps a question that was under way at %s', async (_name, change) => {
    const before = cache.findFacts('room', 'alice');
    await nextTurn();
    change();
    const after = cache.findFacts('room', 'alice');
    await nextTurn();
    expect(source.questions).toHaveLength(2);
    source.questions[1]!.answer(factsOf('room', 'member'));
    expect((await after)?.role).toBe('member');
    source.questions[0]!.answer(factsOf('room', null));
    expect((await before)?.role).toBe(null);
    await expectCached('room', 'alice', 'member');
  });

  it('does not keep an answer that was under way when nobody asked again', async () => {
    const before = cache.findFacts('room', 'alice');
    await nextTurn();
    cache.forgetRoom('room');
    source.questions[0]!.answer(factsOf('room', null));
    await before;
    expect((await askSource('room', 'alice', 'member'))?.role).toBe('member');
  });

  it('asks singly for what may be a private chat that has not begun, and for nothing else', async () => {
    const direct = 'ab923aae-6e94-515b-9b69-360fa640e173';
    const asked = [cache.findFacts(direct, 'alice'), cache.findFacts('room', 'alice')];
    await nextTurn();
    for (const question of source.questions) question.answer(null);
    expect((await Promise.all(asked)).map((facts) => facts?.kind)).toEqual(['direct', undefined]);
    expect(source.askedSingly).toEqual([direct]);
  });

  it('answers many at once with as many questions as are not answered yet', async () => {
    await askSource('room', 'alice', 'member');
    const listed = cache.listFacts([
      { roomId: 'room', userId: 'alice' },
      { roomId: 'room', userId: 'bob' },
      { roomId: 'nowhere', userId: 'alice' },
    ]);
    await nextTurn();
    expect(source.trips).toEqual([1, 2]);
    source.questions[1]!.answer(factsOf('room', 'owner'));
    source.questions[2]!.answer(null);
    expect((await listed).map((facts) => facts?.role)).toEqual(['member', 'owner', undefined]);
  });

  it('passes lists through', async () => {
    expect(await cache.listMemberships(['alice'])).toEqual([[{ roomId: 'joined', role: 'member' }]]);
    expect(await cache.listMemberIds('room')).toEqual(['member']);
  });
});
