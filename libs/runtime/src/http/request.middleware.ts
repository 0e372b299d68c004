import { Logger } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { randomUUID } from 'node:crypto';
import { METHODS } from 'node:http';
import { runInRequest } from '../logging/request-context.js';
import type { Metrics } from '../management/metrics.js';
import type { Readiness } from '../management/readiness.js';

const USABLE_ID = /^[A-Za-z0-9._-]{1,64}$/;
/** What nginx logs for a client that left before its answer. */
const CLIENT_GONE = 499;
const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);

/** First of all: gives the request its id, measures it, and writes its line in the log. */
export function requestMiddleware(metrics: Metrics, readiness: Readiness) {
  const logger = new Logger('Http');
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && USABLE_ID.test(given) ? given : randomUUID();
    response.setHeader('X-Request-Id', requestId);
    if (readiness.isStopping) response.setHeader('Connection', 'close'); // kept-alive connections move on to another process
    runInRequest(requestId, () => {
      response.once('close', () => {
        const ms = performance.now() - startedAt;
        const status = response.writableFinished ? response.statusCode : CLIENT_GONE;
        // The template, not the address: that is a label of its own for every id, and may be a secret (invites).
        const route: string = request.route?.path ?? '(none)';
        const method = KNOWN_METHODS.has(request.method) ? request.method : 'OTHER';
        metrics.observeRequest(method, route, status, ms / 1000);
        logger.debug(`${method} ${route} ${status}`, { ms: Math.round(ms * 10) / 10 });
      });
      next();
    });
  };
}
