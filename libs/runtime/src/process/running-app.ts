import { Logger, type Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Server } from 'node:http';
import { Readiness } from '../management/readiness.js';

/** Requests that are still open then, and the connections of sockets that do not go, are cut. */
const REQUEST_DRAIN_MS = 10_000;

/** An application that serves. */
export class RunningApp implements AsyncDisposable {
  #closed: Promise<void> | undefined;

  constructor(
    readonly nest: NestExpressApplication,
    readonly port: number,
    /** Where people reach it: `http://localhost:8080`, or the public address. */
    readonly url: string,
    private readonly resources: readonly AsyncDisposable[],
  ) {}

  get<T>(token: Type<T> | (abstract new (...args: never[]) => T) | symbol): T {
    return this.nest.get<T>(token as Type<T>, { strict: false });
  }

  /** Not ready at once, then drains in Nest's order of hooks, then gives back what it was started with. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.get(Readiness).markStopping();
    const cut = setTimeout(() => {
      new Logger('Shutdown').warn('open requests are cut');
      (this.nest.getHttpServer() as Server).closeAllConnections();
    }, REQUEST_DRAIN_MS);
    try {
      await this.nest.close();
    } finally {
      clearTimeout(cut);
      for (const resource of this.resources.toReversed()) await resource[Symbol.asyncDispose]();
    }
  }
}
