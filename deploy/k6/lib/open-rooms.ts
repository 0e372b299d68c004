import type { Message, OpenedRoom } from '@parley/contracts';
import * as metrics from './metrics.ts';
import { RoomOrder, type Arrival } from './room-order.ts';

interface Room {
  readonly order: RoomOrder;
  epoch: number;
}

/** What one person has of each room, whatever connection it came by; counts what is not as it was promised. */
export class OpenRooms {
  readonly #readerId: string;
  readonly #onNew: (message: Message) => void;
  readonly #rooms = new Map<string, Room>();

  /** `onNew` hears of every message that was not there before. */
  constructor(readerId: string, onNew: (message: Message) => void) {
    this.#readerId = readerId;
    this.#onNew = onNew;
  }

  get ids(): string[] {
    return [...this.#rooms.keys()];
  }

  /** Messages between others that never came. */
  get missing(): number {
    let missing = 0;
    for (const { order } of this.#rooms.values()) missing += order.missing;
    return missing;
  }

  has(roomId: string): boolean {
    return this.#rooms.has(roomId);
  }

  /** Everything of the room up to here is there; 0 when it is not open. */
  lastSeqOf(roomId: string): number {
    return this.#rooms.get(roomId)?.order.last ?? 0;
  }

  /** Opened for the first time: what comes from now on counts. */
  begin(roomId: string, { epoch, head }: OpenedRoom): void {
    this.#rooms.set(roomId, { order: new RoomOrder(head), epoch });
  }

  /** As `rooms:sync` wants it. */
  position(roomId: string): { readonly roomId: string; readonly epoch: number; readonly lastSeq: number } {
    const { epoch, order } = this.#rooms.get(roomId)!;
    return { roomId, epoch, lastSeq: order.last };
  }

  /** Takes an answer to `rooms:sync`, and hands over the messages that were new by it. */
  catchUp({ roomId, epoch, head, recovered, messages }: OpenedRoom): Message[] {
    const room = this.#rooms.get(roomId)!;
    room.epoch = epoch;
    if (!recovered) room.order.skipTo((messages[0]?.seq ?? head + 1) - 1);
    return messages.filter((message) => this.#takeFetched(room, message));
  }

  /** Takes a message that came live. Undefined for a room that is not open. */
  take(message: Message): Arrival | undefined {
    const arrival = this.#rooms.get(message.roomId)?.order.take(message);
    if (arrival === undefined) return undefined;
    if (arrival === 'known') metrics.repeated.add(1);
    else if (arrival === 'duplicated') metrics.duplicated.add(1);
    else this.#note(message, arrival);
    return arrival;
  }

  #note(message: Message, arrival: Arrival): void {
    if (arrival === 'late') metrics.outOfOrder.add(1);
    this.#onNew(message);
    metrics.delivered.add(1);
    const at = Number(/ (\d{13})$/.exec(message.text)?.[1]);
    if (at && message.sender?.id !== this.#readerId) metrics.deliveryTime.add(Date.now() - at);
  }

  #takeFetched(room: Room, message: Message): boolean {
    const arrival = room.order.take(message);
    if (arrival === 'duplicated') metrics.duplicated.add(1);
    const isNew = arrival !== 'known' && arrival !== 'duplicated';
    if (isNew) this.#onNew(message);
    return isNew;
  }
}
