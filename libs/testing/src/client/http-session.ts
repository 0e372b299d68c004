import {
  callRoute,
  cookieFetch,
  LocalExclusive,
  noOtherTabs,
  SessionKeeper,
  type ActiveSession,
  type AnswerOf,
  type Fetch,
  type OptionalRequest,
  type RouteName,
} from '@parley/client';
import type { User } from '@parley/contracts';

export interface Account {
  readonly username: string;
  readonly password?: string;
  readonly displayName?: string;
}

/**
 * One person's session over HTTP, without anything that happens by itself: calls carry the last token that there was,
 * even when it is known to be worth nothing, and what the server says is thrown as it is.
 */
export class HttpSession {
  readonly fetch: Fetch;
  readonly keeper: SessionKeeper;
  #last: ActiveSession | undefined;

  constructor(public url: string) {
    this.fetch = cookieFetch(() => this.url);
    this.keeper = new SessionKeeper({ fetch: this.fetch, exclusive: new LocalExclusive(), channel: noOtherTabs() });
    this.keeper.subscribe((state) => {
      if (state.status === 'active') this.#last = state.session;
    });
  }

  get user(): User | undefined {
    return this.#last?.user;
  }

  get userId(): string {
    if (!this.user) throw new Error('register or log in first');
    return this.user.id;
  }

  get accessToken(): string {
    return this.#last?.accessToken ?? '';
  }

  async register(account: Account): Promise<AnswerOf<'POST /api/register'>> {
    const answer = await this.call('POST /api/register', { body: { ...account } });
    this.keeper.adopt(answer);
    return answer;
  }

  async login(username: string, password: string): Promise<void> {
    await this.keeper.login(username, password);
  }

  /** A new access token for the cookie. Calls at the same time share one request. */
  async refresh(): Promise<void> {
    await this.keeper.renew();
  }

  /** Has the token of another session, but not its cookie. */
  steal(other: HttpSession): void {
    const { accessToken } = other;
    if (other.user) this.keeper.adopt({ user: other.user, accessToken, expiresIn: 600 });
  }

  async call<N extends RouteName>(name: N, ...[request]: OptionalRequest<N>): Promise<AnswerOf<N>> {
    return callRoute(this.fetch, name, request, this.accessToken);
  }
}
