import { Injectable } from '@nestjs/common';
import { ParleyError } from '@parley/contracts';
import { Metrics, OPEN_METRICS_TYPE, toOpenMetrics } from '@parley/telemetry';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readiness } from './readiness.js';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** `/healthz`, `/readyz` and `/metrics`: on the main port, or on one of their own that only operators reach. */
@Injectable()
export class ManagementRoutes {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
  ) {}

  /** Answers and returns true if the address is one of its own. Throws `FORBIDDEN` for metrics asked from elsewhere. */
  async handle(request: IncomingMessage, response: ServerResponse, isPublicPort: boolean): Promise<boolean> {
    const path = request.url?.split('?')[0];
    if (path !== '/healthz' && path !== '/readyz' && path !== '/metrics') return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      throw new ParleyError('METHOD_NOT_ALLOWED');
    }
    if (path === '/metrics') {
      if (isPublicPort && !isFromThisMachine(request)) throw new ParleyError('FORBIDDEN', { detail: 'Metrics are for this machine only.' });
      const { registry } = this.metrics;
      const isOpen = request.headers.accept?.includes('application/openmetrics-text') ?? false; // Prometheus asks for it
      if (isOpen) send(response, 200, OPEN_METRICS_TYPE, await toOpenMetrics(registry));
      else send(response, 200, registry.contentType, await registry.metrics());
    } else if (path === '/readyz') {
      const notReady = await this.readiness.listUnready();
      const isReady = notReady.length === 0;
      const { troubles } = this.readiness;
      const body = { status: isReady ? 'ready' : 'not ready', notReady, ...(Object.keys(troubles).length > 0 ? { troubles } : {}) };
      send(response, isReady ? 200 : 503, 'application/json', JSON.stringify(body));
    } else {
      send(response, 200, 'application/json', JSON.stringify({ status: 'alive' })); // an answer proves a running event loop
    }
    return true;
  }
}

/** A proxy on this machine connects from it too, but says for whom. */
function isFromThisMachine({ socket, headers }: IncomingMessage): boolean {
  return LOOPBACK.test(socket.remoteAddress ?? '') && headers['x-forwarded-for'] === undefined && headers['forwarded'] === undefined;
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), 'Cache-Control': 'no-store' });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
