import { Logger } from '@nestjs/common';
import { ParleyError } from '@parley/contracts';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { writeProblem } from '../http/write-problem.js';
import { listen } from '../process/listen.js';
import type { ManagementRoutes } from './management.routes.js';

/** Health and metrics on a port that the edge does not publish. Open until the very end, so that a drain can be watched. */
export class ManagementServer implements AsyncDisposable {
  private constructor(
    readonly port: number,
    private readonly server: Server,
  ) {}

  static async start(routes: ManagementRoutes, port: number, host: string): Promise<ManagementServer> {
    const logger = new Logger('Management');
    const server = createServer((request, response) => {
      answer(routes, request, response).catch((error: unknown) => {
        if (!(error instanceof ParleyError)) logger.error('a management request failed', error);
        writeProblem(response, error instanceof ParleyError ? error : new ParleyError('UNAVAILABLE'));
      });
    });
    return new ManagementServer(await listen(server, port, host, 'PARLEY_MANAGEMENT_PORT'), server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

async function answer(routes: ManagementRoutes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('X-Request-Id', randomUUID());
  if (!(await routes.handle(request, response, false))) throw new ParleyError('NOT_FOUND');
}
