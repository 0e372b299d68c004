import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Visitor } from '@parley/chat';
import type { Request } from 'express';

export const visitorOf = (request: Request): Visitor => ({
  address: request.ip ?? '',
  userAgent: request.headers['user-agent'],
  cookie: request.headers.cookie,
});

/** Who makes a request, as far as the request itself says. */
export const CurrentVisitor = createParamDecorator((_: unknown, context: ExecutionContext): Visitor =>
  visitorOf(context.switchToHttp().getRequest<Request>()),
);
