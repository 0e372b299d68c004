import { ChatConnection, socketIoAt } from '@parley/client';
import { eventually } from '@parley/testing';
import type { Crowd } from './crowd.js';

const AT_ONCE = 30;

/** Further devices of the people of a crowd that only stay connected, and note when they connect anew. */
export class Onlookers implements AsyncDisposable {
  readonly #connections: ChatConnection[] = [];
  readonly #onlineAt: number[] = [];
  #gatheredAt = 0;

  static async gather(url: string, crowd: Crowd, count: number): Promise<Onlookers> {
    const onlookers = new Onlookers();
    while (onlookers.#connections.length < count) {
      const size = Math.min(count, onlookers.#connections.length + AT_ONCE);
      while (onlookers.#connections.length < size) onlookers.#join(url, crowd);
      await eventually(() => onlookers.#onlineAt.length >= size, { timeoutMs: 20_000, describe: 'they are connected' });
    }
    onlookers.#gatheredAt = performance.now();
    return onlookers;
  }

  /** Connections after the first of each. */
  get reconnects(): number {
    return this.#later.length;
  }

  /** The most of them within any one second. */
  get busiestSecond(): number {
    const times = this.#later;
    return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections) connection.stop();
  }

  get #later(): number[] {
    return this.#onlineAt.filter((at) => at > this.#gatheredAt);
  }

  #join(url: string, { clients }: Crowd): void {
    const { http } = clients[this.#connections.length % clients.length]!;
    const connection = new ChatConnection({
      tokens: http.keeper,
      openSocket: socketIoAt(url),
      onEvent: () => undefined,
      onState: () => undefined,
      onOnline: async () => void this.#onlineAt.push(performance.now()),
      onSessionEnded: () => undefined,
    });
    this.#connections.push(connection);
    connection.start();
  }
}
