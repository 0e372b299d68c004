import type { Redis } from 'ioredis';

/** Unanswered publications beyond which further ones are dropped: a silent Redis must not fill the memory. */
const MAX_UNANSWERED = 10_000;

export interface PublisherCounters {
  readonly published: number;
  /** Lost on the way to Redis, because it was away or silent. */
  readonly failed: number;
  /** Subscribers that Redis handed the publications to: with dynamic subscriptions only processes with viewers. */
  readonly receivers: number;
}

/** What the sharded adapter needs of a publishing client, with every failure counted and none thrown. */
export class RedisPublisher {
  #unanswered = 0;
  #published = 0;
  #failed = 0;
  #receivers = 0;
  #isLossUntold = false;

  constructor(
    private readonly redis: Redis,
    private readonly onFault: (error: Error) => void,
    /** Called when Redis takes publications again after some were lost. */
    private readonly onLossOver: () => void = () => undefined,
  ) {}

  get counters(): PublisherCounters {
    return { published: this.#published, failed: this.#failed, receivers: this.#receivers };
  }

  spublish(channel: string, message: string | Buffer): Promise<number> {
    return this.#send(() => this.redis.spublish(channel, message) as Promise<number>);
  }

  publish(channel: string, message: string): Promise<number> {
    return this.#send(() => this.redis.publish(channel, message));
  }

  /** The adapter counts servers with it. */
  send_command(command: string, args: string[], done: (error: Error | null, answer?: unknown) => void): void {
    this.redis.call(command, ...args).then(
      (answer) => done(null, answer),
      (error: Error) => done(error),
    );
  }

  async #send(publish: () => Promise<number>): Promise<number> {
    if (this.#unanswered >= MAX_UNANSWERED) {
      this.#lose();
      return 0;
    }
    this.#unanswered++;
    try {
      const receivers = await publish();
      this.#published++;
      this.#receivers += receivers;
      this.#tellLoss();
      return receivers;
    } catch (error) {
      this.#lose();
      this.onFault(error as Error);
      return 0;
    } finally {
      this.#unanswered--;
    }
  }

  #lose(): void {
    this.#failed++;
    this.#isLossUntold = true;
  }

  #tellLoss(): void {
    if (!this.#isLossUntold) return;
    this.#isLossUntold = false;
    this.onLossOver();
  }
}
