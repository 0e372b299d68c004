import type { ChatClient } from '@parley/testing';
import type { Random } from './random.js';

/** Moves the read markers of people who read on several devices at once, to old places too, and counts what goes back. */
export class ReadMarkers {
  moves = 0;
  backwardMoves = 0;
  readonly #highest = new Map<string, number>();

  constructor(
    private readonly roomId: string,
    private readonly random: Random,
  ) {}

  /** What the device is told never goes back. */
  watch(device: ChatClient): void {
    let told = 0;
    device.on('room:read', ({ roomId, readSeq }) => {
      if (roomId !== this.roomId) return;
      if (readSeq < told) this.backwardMoves += 1;
      told = Math.max(told, readSeq);
    });
  }

  /** Somewhere up to the newest message on the device, as often behind the marker as before it. */
  async move(device: ChatClient): Promise<void> {
    const seq = this.random.between(0, device.timeline(this.roomId).lastSeq);
    const least = Math.max(seq, this.highestOf(device));
    const { readSeq } = await device.emit('room:read', { roomId: this.roomId, seq });
    this.moves += 1;
    if (readSeq < least) this.backwardMoves += 1;
    this.#highest.set(device.userId, Math.max(this.highestOf(device), readSeq));
  }

  highestOf({ userId }: ChatClient): number {
    return this.#highest.get(userId) ?? 0;
  }

  async storedOf({ http }: ChatClient): Promise<number | undefined> {
    const { conversations } = await http.call('GET /api/chat/conversations');
    return conversations.find(({ room }) => room.id === this.roomId)?.readSeq;
  }
}
