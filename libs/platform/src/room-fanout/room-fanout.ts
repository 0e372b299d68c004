import type { ServerEventName, ServerPayload } from '@parley/contracts';
import type { Server } from 'socket.io';

export interface Delivery {
  readonly channel: string;
  readonly event: ServerEventName;
  readonly payload: unknown;
  /** Of the work that it comes from, when that is traced. */
  readonly traceparent?: string | undefined;
}

/**
 * Brings server events to sockets on every gateway, and small notices to every process.
 *
 * At most once: anything may be lost at any time without an error (183 of 575 messages after one killed Redis
 * subscription, measured), so whoever needs more compares heads and repairs from storage. Events of one publisher
 * to one channel arrive in order. Delivery never happens inside `toSockets` or `toProcesses`.
 */
export abstract class RoomFanout {
  /** Gateways only, once, before listening. `observe` sees every event that reaches this gateway's sockets. */
  abstract attach(server: Server, observe?: (delivery: Delivery) => void): void;
  /** To every socket that has joined the channel (`socket.join`), on all gateways. */
  abstract toSockets<E extends ServerEventName>(channel: string, event: E, payload: ServerPayload<E>): void;
  /** To every process that listens to the subject, this one included. The payload must survive JSON. */
  abstract toProcesses(subject: string, payload: unknown): void;
  abstract listen(subject: string, handle: (payload: unknown) => void): () => void;
  /** Called after an interruption, here or at a publisher, in which events may have been lost. Never called where nothing can be lost. */
  abstract onInterrupted(handle: () => void): () => void;
}
