import { Injectable, Logger } from '@nestjs/common';
import { MESSAGE_RATE } from '@parley/chat';
import { CLASSIC_CLIENT_EVENTS, CLIENT_EVENTS, ParleyError, ackError, validationError, type Ack } from '@parley/contracts';
import { RateLimiter } from '@parley/platform';
import { runIn, startSpan } from '@parley/telemetry';
import type { z } from 'zod';
import { ClassicEventTable } from '../classic/classic-event-table.js';
import { GatewayMetrics } from '../metrics/gateway-metrics.js';
import type { ChatSocket } from './chat-socket.js';
import { EventTable } from './event-table.js';

type Answer = (ack: Ack<unknown>) => void;

interface Entry {
  readonly schema: z.ZodType;
  readonly isMessage: boolean;
  readonly handle: (socket: ChatSocket, payload: unknown) => unknown;
}

type Entries = ReadonlyMap<unknown, Entry>;

function entriesOf(events: Readonly<Record<string, { payload: z.ZodType }>>, handlers: object, messages: readonly string[]): Entries {
  return new Map(
    Object.entries(events).map(([name, { payload }]) => [
      name,
      { schema: payload, isMessage: messages.includes(name), handle: (handlers as Record<string, Entry['handle']>)[name]! },
    ]),
  );
}

/** Refusals repeat parts of the input; a client needs no more of them than this (UTF-16 units). */
const MESSAGE_MAX = 300;

/**
 * Serves every event of every socket from one table: budget, then schema, then handler, then answer. One listener for
 * all sockets and no framework in between, because this is the way of every message. Whatever comes in is answered if
 * it asked for an answer, and harmless if not.
 */
@Injectable()
export class EventDispatcher {
  private readonly logger = new Logger(EventDispatcher.name);
  private readonly entries: Entries;
  private readonly classicEntries: Entries;
  /** Events that are not answered yet, over all sockets. */
  inFlight = 0;

  constructor(
    table: EventTable,
    classic: ClassicEventTable,
    private readonly limiter: RateLimiter,
    private readonly metrics: GatewayMetrics,
  ) {
    this.entries = entriesOf(CLIENT_EVENTS, table.handlers, ['message:send']);
    this.classicEntries = entriesOf(CLASSIC_CLIENT_EVENTS, classic.handlers, ['message', 'send_message']);
  }

  listenTo(socket: ChatSocket): void {
    socket.onAny(this.listener);
  }

  /** Socket.IO calls it with the socket as `this`, so that it needs no closure per socket. */
  private readonly listener = ((dispatcher: EventDispatcher) =>
    function (this: ChatSocket, ...args: unknown[]): void {
      void dispatcher.dispatch(this, args);
    })(this);

  /** Never rejects. `args`: name, payload, and a function if an answer is wanted. */
  async dispatch(socket: ChatSocket, [name, ...args]: readonly unknown[]): Promise<void> {
    if (!socket.connected || socket.data.isClosing) return;
    const answer = typeof args.at(-1) === 'function' ? (args.pop() as Answer) : undefined;
    const entry = (socket.data.classic ? this.classicEntries : this.entries).get(name);
    const event = entry ? (name as string) : 'unknown';
    const startedAt = performance.now();
    const span = startSpan(event, { kind: 'server', isRoot: true });
    const state = socket.data;
    state.inFlight += 1;
    this.inFlight += 1;
    try {
      const data = await (span ? runIn(span, () => this.serve(socket, entry, args)) : this.serve(socket, entry, args));
      this.metrics.answered(event, 'ok', startedAt, span?.traceparent);
      span?.end();
      answer?.({ ok: true, data });
    } catch (error) {
      const refusal = this.refusalOf(event, error);
      this.metrics.answered(event, refusal.code, startedAt, span?.traceparent);
      span?.end(refusal.code);
      const { message, ...rest } = ackError(refusal);
      answer?.({ ok: false, error: { ...rest, message: message.slice(0, MESSAGE_MAX).toWellFormed() } });
    } finally {
      state.inFlight -= 1;
      this.inFlight -= 1;
    }
  }

  private async serve(socket: ChatSocket, entry: Entry | undefined, args: readonly unknown[]): Promise<unknown> {
    const waitMs = await this.takeBudget(socket, entry);
    if (waitMs > 0) throw new ParleyError('RATE_LIMITED', { retryAfterMs: waitMs });
    if (!entry) throw new ParleyError('UNKNOWN_EVENT');
    if (args.length !== 1 && !socket.data.classic) throw new ParleyError('VALIDATION_FAILED', { detail: 'an event carries one payload' });
    const payload = entry.schema.safeParse(args[0]);
    if (!payload.success) throw validationError(payload.error.issues);
    return entry.handle(socket, payload.data);
  }

  /** 0, or after how many ms there is room. Messages are counted per person, over all gateways, all else per socket. */
  private async takeBudget(socket: ChatSocket, entry: Entry | undefined): Promise<number> {
    if (!entry?.isMessage) return socket.data.budget.take(performance.now());
    const verdict = await this.limiter.take(MESSAGE_RATE, socket.data.userId);
    return verdict.allowed ? 0 : verdict.retryAfterMs;
  }

  private refusalOf(event: string, error: unknown): ParleyError {
    if (error instanceof ParleyError) return error;
    this.logger.error(`${event} failed`, error);
    return new ParleyError('UNAVAILABLE', { cause: error });
  }
}
