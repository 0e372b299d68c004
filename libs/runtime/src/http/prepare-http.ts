import type { NestExpressApplication } from '@nestjs/platform-express';
import { Metrics } from '@parley/telemetry';
import type { NextFunction, Request, Response } from 'express';
import type { ConfigOf } from '../config/config.js';
import type { serverConfig } from '../config/server.config.js';
import { ManagementRoutes } from '../management/management.routes.js';
import { Readiness } from '../management/readiness.js';
import { DeclaredInputGuard } from './declared-input.guard.js';
import { decodableAddress, emptyBody, jsonBody } from './input.middleware.js';
import { managementMiddleware } from './management.middleware.js';
import { originMiddleware } from './origin.middleware.js';
import { OriginPolicy } from './origin-policy.js';
import { ProblemFilter } from './problem.filter.js';
import { requestMiddleware } from './request.middleware.js';
import { SchemaPipe } from './schema.pipe.js';
import { securityHeaders } from './security-headers.js';

/** The way of every request, in this order, up to the handler; and what happens to its failure. */
export function prepareHttp(app: NestExpressApplication, config: ConfigOf<typeof serverConfig>): void {
  app.disable('x-powered-by');
  app.disable('etag'); // answers are not stored; what may be cached sets its own
  app.set('trust proxy', config.TRUST_PROXY);
  app.set('query parser', 'simple');

  app.use(requestMiddleware(app.get(Metrics), app.get(Readiness)));
  app.use(securityHeaders(config.PUBLIC_URL?.startsWith('https:') ?? false));
  app.use('/api', noStore);
  if (config.MANAGEMENT_PORT === undefined) app.use(managementMiddleware(app.get(ManagementRoutes)));
  app.use(decodableAddress);
  app.use(originMiddleware(app.get(OriginPolicy)));
  app.use(jsonBody);
  app.use(emptyBody);

  app.useGlobalGuards(new DeclaredInputGuard());
  app.useGlobalPipes(new SchemaPipe());
  app.useGlobalFilters(new ProblemFilter());
}

function noStore(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'no-store');
  next();
}
