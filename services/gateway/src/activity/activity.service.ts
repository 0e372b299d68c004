import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ACTIVITY_SUBJECT, RoomAccess, isDirectRoomIdShape, type ActivityNotice } from '@parley/chat';
import { userChannel, type ActivityEntry } from '@parley/contracts';
import { RoomFanout } from '@parley/platform';
import { setTimeout as delay } from 'node:timers/promises';
import { ConnectedPeople } from '../people/connected-people.js';
import { LocalSockets } from '../sockets/local-sockets.js';
import { ActivityCoalescer, type RoomActivity } from './activity-coalescer.js';

/** Private chats whose two people are known; the others are asked for when something happens there. */
const KNOWN_DIRECTS = 10_000;
const MEMBER_TRIES = 4;
const MEMBER_RETRY_MS = 500;
/** Sockets that are told in one turn of the event loop. */
const SLICE = 500;

/** Tells people of the rooms that they are in and do not have open: one line per room, once a second at most. */
@Injectable()
export class ActivityService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ActivityService.name);
  private readonly coalescer = new ActivityCoalescer();
  private readonly knownDirects = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly fanout: RoomFanout,
    private readonly access: RoomAccess,
    private readonly people: ConnectedPeople,
    private readonly sockets: LocalSockets,
  ) {}

  onApplicationBootstrap(): void {
    this.stopListening = this.fanout.listen(ACTIVITY_SUBJECT, (payload) => {
      for (const notice of (payload as { rooms: ActivityNotice[] }).rooms) void this.hear(notice);
    });
  }

  beforeApplicationShutdown(): void {
    this.stopListening?.();
    clearTimeout(this.timer);
  }

  /** Never rejects. */
  private async hear(notice: ActivityNotice): Promise<void> {
    const { roomId } = notice;
    if (isDirectRoomIdShape(roomId) && !this.knownDirects.has(roomId)) await this.meetBoth(roomId);
    if (!this.people.membersOf(roomId)) return;
    const dueMs = this.coalescer.add(notice, performance.now());
    if (dueMs !== undefined) this.timer = setTimeout(() => this.tell(), dueMs);
  }

  /**
   * A private chat begins with its first message: people who are connected already do not have it in their list. The
   * rooms service may hear of that message later than we do.
   */
  private async meetBoth(roomId: string): Promise<void> {
    for (let tries = 0; tries < MEMBER_TRIES; tries += 1) {
      if (tries > 0) await delay(MEMBER_RETRY_MS, undefined, { ref: false });
      try {
        const userIds = await this.access.listMemberIds(roomId);
        if (userIds.length === 0) continue;
        for (const userId of userIds) this.people.joined(userId, roomId, 'member');
        this.knownDirects.add(roomId);
        const [oldest] = this.knownDirects;
        if (this.knownDirects.size > KNOWN_DIRECTS && oldest !== undefined) this.knownDirects.delete(oldest);
        return;
      } catch (error) {
        this.logger.debug('the people of a private chat could not be read', error);
      }
    }
  }

  private tell(): void {
    const perSocket = new Map<string, ActivityEntry[]>();
    for (const activity of this.coalescer.take(performance.now())) {
      const { roomId, mentioned, authors } = activity;
      const plain = entryOf(activity);
      for (const { userId } of this.people.membersOf(roomId) ?? []) {
        const entry = mentioned.has(userId) || authors.has(userId) ? entryOf(activity, userId) : plain;
        for (const { id, data } of this.sockets.in(userChannel(userId))) {
          if (data.isSlow || data.classic || data.openRooms.has(roomId)) continue;
          const entries = perSocket.get(id);
          if (entries) entries.push(entry);
          else perSocket.set(id, [entry]);
        }
      }
    }
    this.send([...groupByEntries(perSocket)]);
  }

  /** In slices, so that a room with a crowd of members does not stop everything else. */
  private send(groups: readonly (readonly [rooms: ActivityEntry[], socketIds: string[]])[]): void {
    let sent = 0;
    for (const [index, [rooms, socketIds]] of groups.entries()) {
      const slice = socketIds.slice(0, SLICE);
      this.sockets.emit(slice, 'activity', { rooms });
      sent += slice.length;
      if (sent < SLICE) continue;
      const rest = socketIds.slice(SLICE);
      const later = groups.slice(index + 1);
      setImmediate(() => this.send(rest.length > 0 ? [[rooms, rest], ...later] : later));
      return;
    }
  }
}

/** For one person, or for all who neither wrote nor are mentioned. */
function entryOf(
  { roomId, head, preview, announcement, mentioned, mentionsEveryone, authors }: RoomActivity,
  userId?: string,
): ActivityEntry {
  const own = userId === undefined ? [] : (authors.get(userId) ?? []);
  const neverUnread = [...(authors.get('') ?? []), ...own];
  const mention = userId === undefined ? mentionsEveryone : mentioned.has(userId) || (mentionsEveryone && own.length === 0);
  return { roomId, head, preview, ...(announcement ? { announcement } : {}), mention, ...(neverUnread.length > 0 ? { neverUnread } : {}) };
}

/** Most sockets get the very same lines: those are encoded once. */
function groupByEntries(perSocket: ReadonlyMap<string, ActivityEntry[]>): Iterable<[ActivityEntry[], string[]]> {
  const groups = new Map<string, [ActivityEntry[], string[]]>();
  for (const [socketId, entries] of perSocket) {
    const key = entries.map(({ roomId, mention, neverUnread }) => `${roomId}${mention ? '!' : ''}${neverUnread?.join('.') ?? ''}`).join();
    const group = groups.get(key);
    if (group) group[1].push(socketId);
    else groups.set(key, [entries, [socketId]]);
  }
  return groups.values();
}
