import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ROOM_QUESTIONS_MAX, RoomAccess, refusalOf } from '@parley/chat';
import { ParleyError } from '@parley/contracts';
import { SearchRoomRepository } from './search-room.repository.js';

/** Where somebody's hits can be: in the rooms that he is in, and in public ones. */
export interface ReadableRooms {
  readonly joined: readonly string[];
  /** Messages in all of them, about; when public rooms alone have many, only theirs. */
  readonly volume: number;
}

/** More public messages than this: how many are in somebody's own rooms decides nothing. */
const COUNTED_MAX = 100_000;
const PUBLIC_MAX_AGE_MS = 60_000;
/** How often rooms are looked for of which no event tells, because they are older than what the log keeps. */
const UNKNOWN_EVERY_MS = 60_000;

/** Who may read what. A person's list is where to look; each room with a hit is asked about before it is shown. */
@Injectable()
export class ReadableRoomsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ReadableRoomsService.name);
  private publicVolume: { readonly messages: number; readonly countedAt: number } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosing = false;
  private learning: Promise<void> = Promise.resolve();

  constructor(
    private readonly access: RoomAccess,
    private readonly rooms: SearchRoomRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.plan(1_000);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    clearTimeout(this.timer);
    await this.learning;
  }

  async listReadable(userId: string): Promise<ReadableRooms> {
    const [memberships = []] = await this.access.listMemberships([userId]);
    const joined = memberships.map(({ roomId }) => roomId);
    const everybodys = await this.countPublic();
    return { joined, volume: everybodys > COUNTED_MAX ? everybodys : everybodys + (await this.rooms.countIn(joined)) };
  }

  /** Of these rooms those that the person may read at this moment. */
  async filterReadable(userId: string, roomIds: readonly string[]): Promise<Set<string>> {
    const readable = new Set<string>();
    for (let from = 0; from < roomIds.length; from += ROOM_QUESTIONS_MAX) {
      const part = roomIds.slice(from, from + ROOM_QUESTIONS_MAX);
      const facts = await this.access.listFacts(part.map((roomId) => ({ roomId, userId })));
      for (const [index, roomId] of part.entries()) if (refusalOf('read', facts[index] ?? undefined) === undefined) readable.add(roomId);
    }
    return readable;
  }

  /** Throws what keeps the person from reading this room. */
  async assertReadable(userId: string, roomId: string): Promise<void> {
    const refusal = refusalOf('read', await this.access.findFacts(roomId, userId));
    if (refusal) throw new ParleyError(refusal);
  }

  /** Asks about rooms that are older than the log's events. */
  async learnUnknown(): Promise<void> {
    for (;;) {
      const unknown = await this.rooms.listUnknown(ROOM_QUESTIONS_MAX);
      if (unknown.length === 0) return;
      const facts = await this.access.listFacts(unknown);
      await this.rooms.insertMissing(unknown.map(({ roomId }, index) => ({ roomId, isPublic: facts[index]?.visibility === 'public' })));
    }
  }

  private async countPublic(): Promise<number> {
    const known = this.publicVolume;
    if (known && performance.now() - known.countedAt < PUBLIC_MAX_AGE_MS) return known.messages;
    const messages = await this.rooms.countPublic();
    this.publicVolume = { messages, countedAt: performance.now() };
    return messages;
  }

  private plan(waitMs: number): void {
    if (this.isClosing) return;
    this.timer = setTimeout(() => {
      this.learning = this.learnUnknown()
        .catch((error: unknown) => this.logger.warn('it could not be asked which rooms are public; trying again later', error))
        .finally(() => this.plan(UNKNOWN_EVERY_MS));
    }, waitMs);
    this.timer.unref();
  }
}
