import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { ParleyError } from '@parley/contracts';
import type { Request } from 'express';

/**
 * Unknown query parameters and fields are faults; strict schemas see to it where a handler declares its input. This
 * does it for what a handler does not declare at all. Handlers that take the whole request look after themselves.
 */
export class DeclaredInputGuard implements CanActivate {
  readonly #declared = new WeakMap<object, ReadonlySet<number>>();

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<Request>();
    if (!request.path.startsWith('/api/')) return true;
    const declared = this.#declaredBy(context);
    if (declared.has(RouteParamtypes.REQUEST)) return true;
    const unknown = [
      ...(declared.has(RouteParamtypes.QUERY) ? [] : Object.keys(request.query)),
      ...(declared.has(RouteParamtypes.BODY) ? [] : Object.keys((request.body as object | undefined) ?? {})),
    ];
    if (unknown.length === 0) return true;
    throw new ParleyError('VALIDATION_FAILED', {
      detail: `${unknown[0]}: is not known here`,
      errors: unknown.slice(0, 20).map((path) => ({ path, message: 'is not known here' })),
    });
  }

  #declaredBy(context: ExecutionContext): ReadonlySet<number> {
    const handler = context.getHandler();
    let declared = this.#declared.get(handler);
    if (!declared) {
      const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name) ?? {}) as Record<string, unknown>;
      declared = new Set(Object.keys(parameters).map((key) => Number(key.split(':')[0])));
      this.#declared.set(handler, declared);
    }
    return declared;
  }
}
