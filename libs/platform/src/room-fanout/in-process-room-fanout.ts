import type { ServerEventName, ServerPayload } from '@parley/contracts';
import { Logger } from '@nestjs/common';
import { currentSpan, type Metrics } from '@parley/telemetry';
import type { Server } from 'socket.io';
import { deliverInSpan } from './delivery-span.js';
import { DeliveryQueue } from './delivery-queue.js';
import { watchFanout } from './fanout-metrics.js';
import { PreparedFrameAdapter } from './prepared-frame-adapter.js';
import { RoomFanout, type Delivery } from './room-fanout.js';

/** The fan-out of embedded mode: all sockets and all listeners are in this process, so nothing is ever lost. */
export class InProcessRoomFanout extends RoomFanout {
  readonly #logger = new Logger(InProcessRoomFanout.name);
  readonly #gateways: { readonly server: Server; readonly observe: ((delivery: Delivery) => void) | undefined }[] = [];
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>();
  readonly #queue = new DeliveryQueue((deliveries) => this.#deliver(deliveries));

  constructor(metrics?: Metrics) {
    super();
    if (metrics) watchFanout(metrics, () => this.#queue.counters);
  }

  override attach(server: Server, observe?: (delivery: Delivery) => void): void {
    server.adapter(PreparedFrameAdapter);
    this.#gateways.push({ server, observe });
  }

  override toSockets<E extends ServerEventName>(channel: string, event: E, payload: ServerPayload<E>): void {
    this.#queue.add({ channel, event, payload, traceparent: currentSpan()?.traceparent });
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

  #deliver(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      for (const { server, observe } of this.#gateways) {
        if (!server.sockets.adapter.rooms.has(delivery.channel)) continue;
        const sockets = server.sockets.adapter.rooms.get(delivery.channel)!.size;
        this.#queue.counters.written += sockets;
        this.#guard(() => deliverInSpan(delivery, sockets, () => server.to(delivery.channel).emit(delivery.event, delivery.payload)));
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
