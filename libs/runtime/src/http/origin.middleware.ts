import { ParleyError } from '@parley/contracts';
import type { NextFunction, Request, Response } from 'express';
import type { OriginPolicy } from './origin-policy.js';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const PREFLIGHT_SECONDS = 600;

/** Refuses changes that another web site asks for, and lets the sites of `PARLEY_ALLOWED_ORIGINS` read our answers. */
export function originMiddleware(origins: OriginPolicy) {
  return (request: Request, response: Response, next: NextFunction): void => {
    response.vary('Origin');
    const { origin } = request.headers;
    if (origin !== undefined && origins.isFurther(origin)) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Allow-Credentials', 'true');
      response.setHeader('Access-Control-Expose-Headers', 'X-Request-Id, Retry-After');
      if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
        answerPreflight(response);
        return;
      }
    }
    if (!READING.has(request.method) && !origins.mayChangeState(request.headers)) throw new ParleyError('ORIGIN_REFUSED');
    next();
  };
}

function answerPreflight(response: Response): void {
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST, PUT, PATCH, DELETE');
  response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, X-Request-Id');
  response.setHeader('Access-Control-Max-Age', PREFLIGHT_SECONDS);
  response.status(204).end();
}
