import { randomUUID } from 'node:crypto';
import type { ServerEventName, ServerPayload } from '@parley/contracts';
import { Logger } from '@nestjs/common';
import { currentSpan, type Metrics } from '@parley/telemetry';
import type { Server } from 'socket.io';
import type { RedisConnection } from '../redis/redis-connection.js';
import { DeliveryQueue } from './delivery-queue.js';
import { deliverInSpan } from './delivery-span.js';
import { watchFanout, watchRemoteFanout } from './fanout-metrics.js';
import { RedisPublisher, type PublisherCounters } from './redis-publisher.js';
import { RedisRoomAdapter, type Namespace } from './redis-room-adapter.js';
import { RedisSubscriptions } from './redis-subscriptions.js';
import { RoomFanout, type Delivery } from './room-fanout.js';

export interface RedisRoomFanoutOptions {
  /** Begins the name of every channel: installations that share a Redis need different ones. */
  readonly prefix?: string;
  readonly metrics?: Metrics | undefined;
}

export interface RedisRoomFanoutCounters extends PublisherCounters {
  /** Events of other processes that reached sockets here. */
  readonly received: number;
  readonly interruptions: number;
}

const LOG_EVERY_MS = 10_000;
/** The subject of a notice that its publisher could not publish for a while: no name that anybody listens to. */
const LOSS_OVER = '!loss-over';

/**
 * The fan-out over Redis: sockets of this process get their events at once, those of other gateways through the sharded
 * Socket.IO adapter. Works without an HTTP server too, for processes that only publish. Never throws, also without Redis.
 */
export class RedisRoomFanout extends RoomFanout {
  readonly #logger = new Logger(RedisRoomFanout.name);
  readonly #queue = new DeliveryQueue((deliveries) => this.#deliver(deliveries));
  readonly #publisher: RedisPublisher;
  readonly #subscriptions: RedisSubscriptions;
  readonly #prefix: string;
  readonly #origin = randomUUID();
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>();
  readonly #interruptionHandlers = new Set<() => void>();
  #adapter: RedisRoomAdapter | undefined;
  #server: Server | undefined;
  #observe: ((delivery: Delivery) => void) | undefined;
  #hearsNotices: Promise<void> | undefined;
  #received = 0;
  #interruptions = 0;
  #loggedAt = -LOG_EVERY_MS;

  constructor(
    private readonly redis: RedisConnection,
    { prefix = 'parley', metrics }: RedisRoomFanoutOptions = {},
  ) {
    super();
    this.#prefix = prefix;
    this.#publisher = new RedisPublisher(
      redis.commands,
      (error) => this.#noticeFault('an event could not be published', error),
      () => void this.#publisher.publish(this.#noticeChannel, `${this.#origin}\n${LOSS_OVER}\n`),
    );
    this.#subscriptions = new RedisSubscriptions(redis.subscriber, (error) => this.#noticeFault('a subscription failed', error));
    if (metrics) {
      watchFanout(metrics, () => this.#queue.counters);
      watchRemoteFanout(metrics, () => this.counters);
    }
    let isInterrupted = false;
    redis.subscriber.on('close', () => (isInterrupted = true));
    redis.subscriber.on('ready', () => {
      if (isInterrupted) void this.#resume();
      isInterrupted = false;
    });
  }

  get counters(): RedisRoomFanoutCounters {
    return { ...this.#publisher.counters, received: this.#received, interruptions: this.#interruptions };
  }

  override attach(server: Server, observe?: (delivery: Delivery) => void): void {
    this.#server = server;
    this.#observe = observe;
    const adapterOf = (namespace: Namespace) => this.#openAdapter(namespace);
    // Socket.IO calls it with `new`, which an arrow function does not bear.
    function AdapterOf(namespace: Namespace) {
      return adapterOf(namespace);
    }
    server.adapter(AdapterOf as unknown as Exclude<Parameters<Server['adapter']>[0], undefined>);
  }

  override toSockets<E extends ServerEventName>(channel: string, event: E, payload: ServerPayload<E>): void {
    this.#queue.add({ channel, event, payload, traceparent: currentSpan()?.traceparent });
  }

  override toProcesses(subject: string, payload: unknown): void {
    const encoded = JSON.stringify(payload);
    setImmediate(() => {
      this.#hand(subject, encoded);
      void this.#publisher.publish(this.#noticeChannel, `${this.#origin}\n${subject}\n${encoded}`);
    });
  }

  override listen(subject: string, handle: (payload: unknown) => void): () => void {
    this.#hearsNotices ??= this.#hearNotices();
    const listeners = this.#listeners.get(subject) ?? new Set();
    this.#listeners.set(subject, listeners.add(handle));
    return () => {
      listeners.delete(handle);
      if (listeners.size === 0 && this.#listeners.get(subject) === listeners) this.#listeners.delete(subject);
    };
  }

  override onInterrupted(handle: () => void): () => void {
    this.#interruptionHandlers.add(handle);
    return () => this.#interruptionHandlers.delete(handle);
  }

  /** Resolves when notices that are sent from now on reach this process: listening begins a moment before that. */
  async listening(): Promise<void> {
    await this.#hearsNotices;
  }

  get #noticeChannel(): string {
    return `${this.#prefix}#notices`;
  }

  #openAdapter(namespace: Namespace): RedisRoomAdapter['adapter'] {
    const adapter: RedisRoomAdapter = RedisRoomAdapter.forGateway(namespace, {
      prefix: this.#prefix,
      publisher: this.#publisher,
      subscriptions: this.#subscriptions,
      writeRemote: (delivery, write) => this.#write(delivery, adapter, write),
      onRemote: (delivery) => this.#noticeRemote(delivery),
    });
    if (namespace.name === '/') this.#adapter = adapter;
    return adapter.adapter;
  }

  #deliver(deliveries: readonly Delivery[]): void {
    const adapter = (this.#adapter ??= RedisRoomAdapter.headless({ prefix: this.#prefix, publisher: this.#publisher }));
    this.redis.together(() => {
      for (const delivery of deliveries) this.#guard(() => adapter.publish(delivery));
    });
    for (const delivery of deliveries) {
      if (!this.#server || !adapter.has(delivery.channel)) continue;
      this.#guard(() =>
        this.#write(delivery, adapter, () => this.#server!.local.to(delivery.channel).emit(delivery.event, delivery.payload)),
      );
      this.#guard(() => this.#observe?.(delivery));
    }
  }

  #write(delivery: Delivery, adapter: RedisRoomAdapter, write: () => void): void {
    const sockets = adapter.countSockets(delivery.channel);
    this.#queue.counters.written += sockets;
    deliverInSpan(delivery, sockets, write);
  }

  #noticeRemote(delivery: Delivery): void {
    this.#received++;
    this.#guard(() => this.#observe?.(delivery));
  }

  /** All subjects share a channel, which only processes that listen at all subscribe to. */
  async #hearNotices(): Promise<void> {
    this.redis.subscriber.on('message', (channel: string, message: string) => {
      if (channel !== this.#noticeChannel) return;
      const originEnd = message.indexOf('\n');
      const subjectEnd = message.indexOf('\n', originEnd + 1);
      if (message.slice(0, originEnd) === this.#origin) return;
      const subject = message.slice(originEnd + 1, subjectEnd);
      if (subject === LOSS_OVER) this.#tellInterrupted();
      else this.#hand(subject, message.slice(subjectEnd + 1));
    });
    await this.redis.subscriber.subscribe(this.#noticeChannel).catch((error: Error) => this.#noticeFault('a subscription failed', error));
  }

  #hand(subject: string, encoded: string): void {
    for (const handle of this.#listeners.get(subject) ?? []) this.#guard(() => handle(JSON.parse(encoded)));
  }

  async #resume(): Promise<void> {
    try {
      const notices = this.#hearsNotices && this.redis.subscriber.subscribe(this.#noticeChannel);
      await Promise.all([this.#subscriptions.restore(), notices]);
    } catch {
      return; // interrupted again: the next time counts
    }
    this.#interruptions++;
    this.#tellInterrupted();
  }

  #tellInterrupted(): void {
    for (const handle of this.#interruptionHandlers) this.#guard(handle);
  }

  /** One bad payload or listener must not keep the others from theirs. */
  #guard(deliver: () => void): void {
    try {
      deliver();
    } catch (error) {
      this.#logger.error(`an event could not be delivered: ${(error as Error).stack}`);
    }
  }

  /** An outage fails thousands of times: it is counted each time and said now and then. */
  #noticeFault(what: string, error: Error): void {
    if (performance.now() - this.#loggedAt < LOG_EVERY_MS) return;
    this.#loggedAt = performance.now();
    const hint = /unknown command/i.test(error.message) ? ' (Redis 7 or newer is needed)' : '';
    this.#logger.warn(`${what}: ${error.message}${hint}`);
  }
}
