import { isRetryable } from '@parley/client';
import type { ChatClient } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from './random.js';

const AGAIN_MS = 100;

interface Reader {
  /** Nothing that anybody is told from now on may be below it. */
  floor: number;
  /** How often a message was marked unread on purpose, so far; counted once when it was asked for and once when it was answered. */
  unreads: number;
  /** How often it was asked for. */
  asked: number;
  /** Of them, those that have no answer yet. */
  pending: number;
}

/**
 * Moves the read markers of people who read on several devices at once, to old places too and now and then back on purpose,
 * and counts what goes back without anybody's having asked for it.
 */
export class ReadMarkers {
  moves = 0;
  backwardMoves = 0;
  readonly #readers = new Map<string, Reader>();

  constructor(
    private readonly roomId: string,
    private readonly random: Random,
  ) {}

  /** What the device is told never goes back more often than a message was marked unread. */
  watch(device: ChatClient): void {
    let told = 0;
    let toldEra = 0;
    let wentBack = 0;
    device.on('room:read', ({ roomId, readSeq, readEra = 0 }) => {
      if (roomId !== this.roomId) return;
      // Late news: several processes tell, and a device keeps what is newer.
      if (readEra < toldEra || (readEra === toldEra && readSeq < told)) return;
      if (readSeq < told && (wentBack += 1) > this.#readerOf(device).asked) this.backwardMoves += 1;
      told = readSeq;
      toldEra = readEra;
    });
  }

  /** Somewhere up to the newest message on the device, as often behind the marker as before it. */
  async move(device: ChatClient): Promise<void> {
    const seq = this.random.between(0, device.timeline(this.roomId).lastSeq);
    const reader = this.#readerOf(device);
    const { floor, unreads, pending } = reader;
    const { readSeq } = await device.emit('room:read', { roomId: this.roomId, seq });
    this.moves += 1;
    const isForwardOnly = pending === 0 && reader.unreads === unreads;
    if (readSeq < (isForwardOnly ? Math.max(seq, floor) : seq)) this.backwardMoves += 1;
    if (isForwardOnly) reader.floor = Math.max(reader.floor, readSeq);
  }

  /** Marks a message unread: the one way back. */
  async moveBack(device: ChatClient): Promise<void> {
    const seq = this.random.between(1, Math.max(1, device.timeline(this.roomId).lastSeq));
    const reader = this.#readerOf(device);
    reader.unreads += 1;
    reader.pending += 1;
    reader.floor = 0;
    try {
      // What had no answer may still be carried out: until one is answered, everything is possible.
      for (let isDone = false; !isDone;) isDone = await this.#markUnread(device, seq);
    } finally {
      reader.pending -= 1;
      reader.unreads += 1; // what was asked before may have its turn after this one
      reader.floor = 0;
      this.moves += 1;
    }
  }

  /** The least that must be stored: nothing that anybody was told is taken back. */
  floorOf(device: ChatClient): number {
    return this.#readerOf(device).floor;
  }

  async storedOf({ http }: ChatClient): Promise<number | undefined> {
    const { conversations } = await http.call('GET /api/chat/conversations');
    return conversations.find(({ room }) => room.id === this.roomId)?.readSeq;
  }

  /** Resolves to whether it was answered. */
  async #markUnread(device: ChatClient, seq: number): Promise<boolean> {
    this.#readerOf(device).asked += 1;
    try {
      await device.http.call('PUT /api/chat/rooms/{id}/read', { params: { id: this.roomId }, body: { seq, unread: true } });
      return true;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      await delay(AGAIN_MS);
      return false;
    }
  }

  #readerOf({ userId }: ChatClient): Reader {
    const reader = this.#readers.get(userId) ?? { floor: 0, unreads: 0, asked: 0, pending: 0 };
    this.#readers.set(userId, reader);
    return reader;
  }
}
