import type { MessagesBatch, ServerEventName, ServerPayload } from '@parley/contracts';
import { Logger } from '@nestjs/common';
import type { Server } from 'socket.io';
import { PreparedFrameAdapter } from './prepared-frame-adapter.js';
import { RoomFanout, type Delivery } from './room-fanout.js';

/**
 * The fan-out of embedded mode: all sockets and all listeners are in this process, so nothing is ever lost.
 * Events wait for the end of the present turn of the event loop; messages of one room that wait together leave in
 * one frame.
 */
export class InProcessRoomFanout extends RoomFanout {
  readonly #logger = new Logger(InProcessRoomFanout.name);
  readonly #gateways: { readonly server: Server; readonly observe: ((delivery: Delivery) => void) | undefined }[] = [];
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>();
  #waiting: Delivery[] = [];
  /** Index in `#waiting` of the last event of each channel. */
  readonly #lastOf = new Map<string, number>();

  override attach(server: Server, observe?: (delivery: Delivery) => void): void {
    server.adapter(PreparedFrameAdapter);
    this.#gateways.push({ server, observe });
  }

  override toSockets<E extends ServerEventName>(channel: string, event: E, payload: ServerPayload<E>): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    const delivery = { channel, event, payload };
    const last = this.#lastOf.get(channel);
    const merged = last === undefined ? undefined : merge(this.#waiting[last]!, delivery);
    if (merged) this.#waiting[last!] = merged;
    else this.#lastOf.set(channel, this.#waiting.push(delivery) - 1);
  }

  override toProcesses(subject: string, payload: unknown): void {
    const encoded = JSON.stringify(payload);
    setImmediate(() => {
      for (const handle of this.#listeners.get(subject) ?? []) this.#guard(() => handle(JSON.parse(encoded)));
    });
  }

  override listen(subject: string, handle: (payload: unknown) => void): () => void {
    const listeners = this.#listeners.get(subject) ?? new Set();
    this.#listeners.set(subject, listeners.add(handle));
    return () => {
      listeners.delete(handle);
      if (listeners.size === 0 && this.#listeners.get(subject) === listeners) this.#listeners.delete(subject);
    };
  }

  override onInterrupted(): () => void {
    return () => undefined;
  }

  #flush(): void {
    const deliveries = this.#waiting;
    this.#waiting = [];
    this.#lastOf.clear();
    for (const delivery of deliveries) {
      for (const { server, observe } of this.#gateways) {
        if (!server.sockets.adapter.rooms.has(delivery.channel)) continue;
        this.#guard(() => server.to(delivery.channel).emit(delivery.event, delivery.payload));
        if (observe) this.#guard(() => observe(delivery));
      }
    }
  }

  /** One bad payload or listener must not keep the others from theirs. */
  #guard(deliver: () => void): void {
    try {
      deliver();
    } catch (error) {
      this.#logger.error(`an event could not be delivered: ${(error as Error).stack}`);
    }
  }
}

/** Two `messages` of one room that follow each other without a hole, as one; undefined when they must stay apart. */
function merge(earlier: Delivery, later: Delivery): Delivery | undefined {
  if (earlier.event !== 'messages' || later.event !== 'messages') return undefined;
  const first = earlier.payload as MessagesBatch;
  const second = later.payload as MessagesBatch;
  const isContiguous = first.messages.at(-1)!.seq + 1 === second.messages[0]!.seq;
  if (first.roomId !== second.roomId || first.epoch !== second.epoch || !isContiguous) return undefined;
  return { ...earlier, payload: { ...first, messages: [...first.messages, ...second.messages] } };
}
