import { ParleyError } from '@parley/contracts';
import type { AccessTokens } from '../session/session-keeper.js';
import { callRoute, type Fetch } from './http.js';
import { routeOf, type AnswerOf, type OptionalRequest, type RouteName } from './routes.js';

/** The HTTP calls of somebody who is logged in; a token that is refused is renewed once. */
export class ApiClient {
  constructor(
    protected readonly fetch: Fetch,
    private readonly tokens: AccessTokens,
  ) {}

  /** @throws ParleyError what the server refused; NoAnswerError when it did not answer */
  call<N extends RouteName>(name: N, ...[request]: OptionalRequest<N>): Promise<AnswerOf<N>> {
    if (routeOf(name).auth !== 'bearer') return callRoute(this.fetch, name, request);
    return this.withToken((token) => callRoute(this.fetch, name, request, token));
  }

  protected async withToken<T>(call: (token: string) => Promise<T>): Promise<T> {
    const token = await this.tokens.accessToken();
    try {
      return await call(token);
    } catch (error) {
      if (!(error instanceof ParleyError && error.code === 'UNAUTHENTICATED')) throw error;
      return call(await this.tokens.accessToken(token));
    }
  }
}
