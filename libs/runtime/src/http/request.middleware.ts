import { Logger } from '@nestjs/common';
import { runIn, startSpan, type Metrics } from '@parley/telemetry';
import type { NextFunction, Request, Response } from 'express';
import { randomUUID } from 'node:crypto';
import { METHODS } from 'node:http';
import { runInRequest } from '../logging/request-context.js';
import type { Readiness } from '../management/readiness.js';
import { HttpMetrics } from './http-metrics.js';

const USABLE_ID = /^[A-Za-z0-9._-]{1,64}$/;
/** What nginx logs for a client that left before its answer. */
const CLIENT_GONE = 499;
const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);
/** Asked all the time, by machines; and by other services, whose trace is taken up where they have shown who they are. */
const UNTRACED = /^\/(healthz$|readyz$|metrics$|internal\/)/;

/** First of all: gives the request its id, measures it, records its span, and writes its line in the log. */
export function requestMiddleware(metrics: Metrics, readiness: Readiness) {
  const logger = new Logger('Http');
  const measured = new HttpMetrics(metrics);
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && USABLE_ID.test(given) ? given : randomUUID();
    const method = KNOWN_METHODS.has(request.method) ? request.method : 'OTHER';
    const span = startRequestSpan(method, request);
    response.setHeader('X-Request-Id', requestId);
    if (readiness.isStopping) response.setHeader('Connection', 'close'); // kept-alive connections move on to another process
    measured.began();
    runInRequest(requestId, () => {
      response.once('close', () => {
        const ms = performance.now() - startedAt;
        const status = response.writableFinished ? response.statusCode : CLIENT_GONE;
        // The template, not the address: that is a label of its own for every id, and may be a secret (invites).
        const route: string = request.route?.path ?? '(none)';
        measured.ended(method, route, status, ms / 1000, span?.traceparent);
        span?.setAttribute('http.route', route);
        span?.setAttribute('http.response.status_code', status);
        span?.end(status >= 500 ? String(status) : undefined);
        logger.debug(`${method} ${route} ${status}`, { ms: Math.round(ms * 10) / 10 });
      });
      if (span) runIn(span, next);
      else next();
    });
  };
}

/** A trace begins here: whoever sends requests could otherwise have all of them recorded by the `traceparent` that they give. */
function startRequestSpan(method: string, { path }: Request) {
  if (UNTRACED.test(path)) return undefined;
  return startSpan(method, { kind: 'server', attributes: { 'http.request.method': method }, isRoot: true });
}
