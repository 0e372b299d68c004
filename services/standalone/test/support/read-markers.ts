import type { ChatClient } from '@parley/testing';
import type { Random } from './random.js';

interface Reader {
  /** Nothing that anybody is told from now on may be below it. */
  floor: number;
  /** Messages that were marked unread on purpose, so far. */
  unreads: number;
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

  /** What the device is told never goes back, but by a message that was marked unread since. */
  watch(device: ChatClient): void {
    let told = 0;
    let toldEra = 0;
    let unreads = 0;
    device.on('room:read', ({ roomId, readSeq, readEra = 0 }) => {
      if (roomId !== this.roomId) return;
      // Late news: several processes tell, and a device keeps what is newer.
      if (readEra < toldEra || (readEra === toldEra && readSeq < told)) return;
      toldEra = readEra;
      const reader = this.#readerOf(device);
      if (readSeq < told && reader.unreads === unreads && reader.pending === 0) this.backwardMoves += 1;
      if (readSeq < told) unreads = reader.unreads;
      told = readSeq;
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
      await device.http.call('PUT /api/chat/rooms/{id}/read', { params: { id: this.roomId }, body: { seq, unread: true } });
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

  #readerOf({ userId }: ChatClient): Reader {
    const reader = this.#readers.get(userId) ?? { floor: 0, unreads: 0, pending: 0 };
    this.#readers.set(userId, reader);
    return reader;
  }
}
