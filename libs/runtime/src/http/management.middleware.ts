import type { NextFunction, Request, Response } from 'express';
import type { ManagementRoutes } from '../management/management.routes.js';

/** Health and metrics on the main port, where they have no port of their own. */
export function managementMiddleware(routes: ManagementRoutes) {
  return (request: Request, response: Response, next: NextFunction): void => {
    routes.handle(request, response, true).then((isAnswered) => {
      if (!isAnswered) next();
    }, next);
  };
}
