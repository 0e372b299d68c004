import type { Redis } from 'ioredis';

type RawHandler = (channel: Buffer, message: Buffer) => void;

/** How long joining a room waits for Redis: events that are lost until then are repaired like all others. */
const CONFIRMATION_MS = 1_000;

/**
 * What the sharded adapter needs of a subscribing client. Neither the adapter nor the automatic resubscription of ioredis
 * looks at the promises of their commands, and one that is rejected would end the process: here every failure is caught.
 */
export class RedisSubscriptions {
  readonly #wanted = new Set<string>();
  /** Channels that Redis has not confirmed yet. */
  readonly #pending = new Map<string, Promise<void>>();

  constructor(
    private readonly redis: Redis,
    private readonly onFault: (error: Error) => void,
  ) {}

  ssubscribe(channel: string): void {
    this.#wanted.add(channel);
    const confirmed: Promise<void> = this.redis
      .ssubscribe(channel)
      .then(() => undefined, this.onFault)
      .finally(() => {
        if (this.#pending.get(channel) === confirmed) this.#pending.delete(channel);
      });
    this.#pending.set(channel, confirmed);
  }

  sunsubscribe(channels: string | string[]): void {
    // One by one: in a Redis Cluster they are in different slots.
    for (const channel of [channels].flat()) {
      this.#wanted.delete(channel);
      this.#pending.delete(channel);
      this.redis.sunsubscribe(channel).catch(this.onFault);
    }
  }

  /** Subscribes again to everything, on a new connection. Rejects when that is interrupted too. */
  async restore(): Promise<void> {
    await Promise.all([...this.#wanted].map((channel) => this.redis.ssubscribe(channel)));
  }

  on(event: 'smessageBuffer', handle: RawHandler): void {
    this.redis.on(event, (channel: Buffer, message: Buffer) => {
      try {
        handle(channel, message);
      } catch (error) {
        this.onFault(error as Error);
      }
    });
  }

  /**
   * Resolves when what is published from now on will arrive; undefined when that is so already. Not waited for while Redis is
   * away, and never longer than a second.
   */
  confirmed(channels: readonly string[]): Promise<void> | undefined {
    if (this.#pending.size === 0 || this.redis.status !== 'ready') return undefined;
    const pending = channels.flatMap((channel) => this.#pending.get(channel) ?? []);
    if (pending.length === 0) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, CONFIRMATION_MS)));
    return Promise.race([Promise.all(pending).then(() => undefined), patience]).finally(() => clearTimeout(timer));
  }
}

/** For processes without sockets: they publish and receive nothing. */
export const noSubscriptions = {
  ssubscribe: () => undefined,
  sunsubscribe: () => undefined,
  on: () => undefined,
};
