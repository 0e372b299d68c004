import type { Message, OpenedRoom, ServerPayload } from '@parley/contracts';
import { tellFault } from './faults.ts';
import * as metrics from './metrics.ts';
import { RoomOrder, type Arrival } from './room-order.ts';

/** Of one room. */
const HOLES_TOLD = 10;

interface Room {
  readonly order: RoomOrder;
  epoch: number;
}

/** What one person has of each room, whatever connection it came by; counts what is not as it was promised. */
export class OpenRooms {
  readonly #readerId: string;
  readonly #onNew: (message: Message) => void;
  readonly #rooms = new Map<string, Room>();
  /** What was asked for before it came by itself. */
  readonly #owed = new Map<string, Message>();

  /** `onNew` hears of every message that was not there before. */
  constructor(readerId: string, onNew: (message: Message) => void) {
    this.#readerId = readerId;
    this.#onNew = onNew;
  }

  get ids(): string[] {
    return [...this.#rooms.keys()];
  }

  /** Still to come by themselves. */
  get isOwed(): boolean {
    return this.#owed.size > 0;
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

  /** They have to come live, too: this was no gap that a client mends. */
  owe(messages: readonly Message[]): void {
    for (const message of messages) this.#owed.set(message.id, message);
  }

  /** What was missed is known by asking, and nothing before comes by the connection that is heard from now on. */
  forgive(): void {
    this.#owed.clear();
  }

  /** Takes what came live in one frame; `gap` when something before is missing. Undefined for a room that is not open. */
  take({ roomId, messages, mended }: ServerPayload<'messages'>): Arrival | undefined {
    const order = this.#rooms.get(roomId)?.order;
    if (!order) return undefined;
    for (const [message, arrival] of order.takeFrame(messages, mended === true)) this.#note(message, arrival);
    return order.missing > 0 ? 'gap' : 'next';
  }

  /** Counts and tells what never came; answers how many. */
  countLost(): number {
    let lost = 0;
    for (const [roomId, { order }] of this.#rooms) {
      lost += order.missing;
      for (const seq of order.holes(HOLES_TOLD)) tellFault('lost', this.#readerId, { roomId, seq });
    }
    for (const message of this.#owed.values()) tellFault('lost', this.#readerId, message);
    return lost + this.#owed.size;
  }

  #note(message: Message, arrival: Arrival): void {
    this.#owed.delete(message.id);
    if (arrival === 'known') return metrics.repeated.add(1);
    if (arrival === 'duplicated') return this.#double(message);
    if (arrival === 'mended') metrics.mended.add(1);
    if (arrival === 'late') {
      metrics.outOfOrder.add(1);
      tellFault('out of order', this.#readerId, message);
    }
    this.#onNew(message);
    metrics.delivered.add(1);
    const at = Number(/ (\d{13})$/.exec(message.text)?.[1]);
    if (at && message.sender?.id !== this.#readerId) metrics.deliveryTime.add(Date.now() - at);
  }

  #takeFetched(room: Room, message: Message): boolean {
    const arrival = room.order.take(message);
    if (arrival === 'duplicated') this.#double(message);
    const isNew = arrival !== 'known' && arrival !== 'duplicated';
    if (isNew) this.#onNew(message);
    return isNew;
  }

  #double(message: Message): void {
    metrics.duplicated.add(1);
    tellFault('duplicated', this.#readerId, message);
  }
}
