import { ExpressAdapter } from '@nestjs/platform-express';
import { ParleyError } from '@parley/contracts';
import express from 'express';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { writeProblem } from '../http/write-problem.js';
import type { ManagementRoutes } from '../management/management.routes.js';

const TIMES = {
  /** Longer than any usual proxy keeps its side, so that it is never us who close a connection that a request is on its way in. */
  keepAliveTimeout: 75_000,
  /** Whoever sends headers drop by drop is cut after this time, and looked for this often. */
  headersTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
};

/**
 * The listener of a process from its first moment on. Until the application is there it answers for it: health as it is, and
 * UNAVAILABLE to everything else.
 */
export class FrontDoor {
  readonly server = createServer(TIMES, (request, response) => this.#answer(request, response));
  #answer: RequestListener;

  /** `routes`: absent where health has a port of its own. */
  constructor(routes: ManagementRoutes | undefined) {
    this.#answer = (request, response) => void answerMeanwhile(routes, request, response);
  }

  /** For Nest, which would make a server of its own. */
  adapter(): ExpressAdapter {
    return new AdapterOnServer(this.server);
  }

  /** From now on the application answers. */
  giveTo(application: RequestListener): void {
    this.#answer = application;
  }

  /** Idempotent, and content with a server that never listened. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

async function answerMeanwhile(routes: ManagementRoutes | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('X-Request-Id', randomUUID());
  try {
    if (!(await routes?.handle(request, response, true))) throw new ParleyError('UNAVAILABLE', { retryAfterMs: 2_000 });
  } catch (error) {
    writeProblem(response, error instanceof ParleyError ? error : new ParleyError('UNAVAILABLE', { cause: error }));
  }
}

/** Proxies compare paths as they are; so do we, or a rule of theirs could be walked around. The setting must come before the first middleware. */
class AdapterOnServer extends ExpressAdapter {
  constructor(server: FrontDoor['server']) {
    super(express().enable('case sensitive routing'));
    this.setHttpServer(server);
  }

  override initHttpServer(): void {
    // It has one.
  }
}
