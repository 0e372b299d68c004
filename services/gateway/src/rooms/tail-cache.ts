import { Injectable } from '@nestjs/common';
import { MessageHistory } from '@parley/chat';
import { LIMITS, type HistoryAnswer, type MessageChange, type MessagesBatch } from '@parley/contracts';
import { RoomTail } from './room-tail.js';

/** Messages kept over all rooms; at half a kilobyte each some 10 MB. */
const MESSAGES_MAX = 20_000;
/** A caller who claims to be ahead makes us read the room again, but not for every call. */
const REREAD_MS = 1000;

interface Load {
  readonly done: Promise<RoomTail>;
  /** What the room's sockets got while the page was being read. */
  readonly meanwhile: (MessagesBatch | MessageChange)[];
}

/**
 * Newest pages of rooms that are open on this gateway, so that a thousand reconnects read storage once per room.
 *
 * A tail is right because it is only loaded after this gateway has begun to receive the room's stream, and every
 * batch of that stream is added to it; what the stream loses is repaired by `HeadCheck` like for any socket.
 * So a room must be forgotten when its last socket leaves.
 */
@Injectable()
export class TailCache {
  /** Least recently read first. */
  private readonly tails = new Map<string, RoomTail>();
  private readonly loads = new Map<string, Load>();
  private messages = 0;

  constructor(private readonly history: MessageHistory) {}

  /** The room's tail, at least the newest page of it. Rejects as storage does. */
  async newest(roomId: string): Promise<RoomTail> {
    return this.touch(roomId) ?? this.load(roomId, LIMITS.pageDefault);
  }

  /**
   * The room's tail with everything after `lastSeq` in it, provided that this is at most `LIMITS.pageMax` messages;
   * look at its `head`. If `lastSeq` is beyond what is known here, storage is asked again.
   */
  async since(roomId: string, lastSeq: number): Promise<RoomTail> {
    let tail = this.touch(roomId);
    if (!tail || (lastSeq > tail.head && performance.now() - tail.readAt > REREAD_MS)) tail = await this.load(roomId, LIMITS.pageMax);
    if (lastSeq > tail.head || tail.head - lastSeq > LIMITS.pageMax || tail.reaches(lastSeq)) return tail;
    const { messages } = await this.history.page(roomId, { after: lastSeq }, LIMITS.pageMax);
    this.resize(roomId, tail, () => tail.prepend(messages));
    return tail.reaches(lastSeq) ? tail : this.load(roomId, LIMITS.pageMax);
  }

  /** A batch of the room's stream reached this gateway. */
  observe(batch: MessagesBatch): void {
    this.loads.get(batch.roomId)?.meanwhile.push(batch);
    const tail = this.tails.get(batch.roomId);
    if (!tail) return;
    this.resize(batch.roomId, tail, () => {
      if (!tail.append(batch, LIMITS.pageMax)) this.drop(batch.roomId);
    });
  }

  /** A change of the room's stream reached this gateway. */
  observeChange(news: MessageChange): void {
    this.loads.get(news.roomId)?.meanwhile.push(news);
    if (this.tails.get(news.roomId)?.change(news) === false) this.drop(news.roomId);
  }

  forget(roomId: string): void {
    this.drop(roomId);
    this.loads.delete(roomId);
  }

  private drop(roomId: string): void {
    this.messages -= this.tails.get(roomId)?.size ?? 0;
    this.tails.delete(roomId);
  }

  private touch(roomId: string): RoomTail | undefined {
    const tail = this.tails.get(roomId);
    if (tail) {
      this.tails.delete(roomId);
      this.tails.set(roomId, tail);
    }
    return tail;
  }

  private load(roomId: string, count: number): Promise<RoomTail> {
    const running = this.loads.get(roomId);
    if (running) return running.done;
    const meanwhile: Load['meanwhile'][number][] = [];
    const done = this.history.page(roomId, { newest: true }, count).then(
      (page) => this.keep(roomId, page, load),
      (error: unknown) => {
        if (this.loads.get(roomId) === load) this.loads.delete(roomId);
        throw error;
      },
    );
    const load: Load = { done, meanwhile };
    this.loads.set(roomId, load);
    return done;
  }

  private keep(roomId: string, page: HistoryAnswer, load: Load): RoomTail {
    const tail = new RoomTail(page);
    const isWhole = load.meanwhile.every((news) => ('message' in news ? tail.change(news) : tail.append(news, LIMITS.pageMax)));
    // Forgotten or replaced meanwhile: good for whoever waits, not for those who come later.
    if (this.loads.get(roomId) !== load) return tail;
    this.loads.delete(roomId);
    this.drop(roomId);
    if (!isWhole) return tail;
    this.tails.set(roomId, tail);
    this.messages += tail.size;
    this.shrink(roomId);
    return tail;
  }

  private resize(roomId: string, tail: RoomTail, change: () => void): void {
    const isKept = this.tails.get(roomId) === tail;
    const before = tail.size;
    change();
    if (!isKept || this.tails.get(roomId) !== tail) return;
    this.messages += tail.size - before;
    this.shrink(roomId);
  }

  private shrink(except: string): void {
    for (const roomId of this.tails.keys()) {
      if (this.messages <= MESSAGES_MAX) return;
      if (roomId !== except) this.drop(roomId);
    }
  }
}
