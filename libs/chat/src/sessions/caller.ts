import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { User } from '@parley/contracts';

/** Who makes a request, as the access token says. */
export interface Caller {
  readonly userId: string;
  readonly sessionId: string;
  readonly roles: User['roles'];
}

/** The caller of a route behind `SessionGuard`. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { user } = context.switchToHttp().getRequest<{ user?: Caller }>();
  if (!user) throw new TypeError('@CurrentCaller() needs a route behind SessionGuard');
  return user;
});
