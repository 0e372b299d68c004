import { ParleyError, Problem, SESSION_COOKIE, SECURE_SESSION_COOKIE, type User } from '@parley/contracts';
import type { z } from 'zod';
import { NoAnswerError } from './no-answer-error.js';
import { routeOf, type AnswerOf, type RequestOf, type RouteName } from './routes.js';

export interface Account {
  readonly username: string;
  readonly password?: string;
  readonly displayName?: string;
}

interface RawRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}

/**
 * One person's session over HTTP: keeps the cookie and the access token. Every answer is checked against the contract;
 * refusals are thrown as `ParleyError`, requests without an answer as `NoAnswerError`.
 */
export class HttpSession {
  user: User | undefined;
  accessToken = '';
  /** When the token ends, by the clock of `performance.now()`. */
  expiresAtMs = 0;
  #cookie: string | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(
    public url: string,
    private readonly timeoutMs = 10_000,
  ) {}

  get userId(): string {
    if (!this.user) throw new Error('register or log in first');
    return this.user.id;
  }

  async register(account: Account): Promise<AnswerOf<'POST /api/register'>> {
    const answer = await this.call('POST /api/register', { body: { ...account } });
    this.#begin(answer);
    return answer;
  }

  async login(username: string, password: string): Promise<void> {
    this.#begin(await this.call('POST /api/login', { body: { username, password } }));
  }

  /** A new access token for the cookie. Calls at the same time share one request. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.call('POST /api/refresh')
      .then((answer) => this.#begin(answer))
      .finally(() => (this.#refreshing = undefined));
    await this.#refreshing;
  }

  async call<N extends RouteName>(
    name: N,
    ...[request]: Record<never, never> extends RequestOf<N> ? [request?: RequestOf<N>] : [request: RequestOf<N>]
  ): Promise<AnswerOf<N>> {
    return (await this.#call(name, (request ?? {}) as RawRequest)) as AnswerOf<N>;
  }

  async #call(name: RouteName, request: RawRequest): Promise<unknown> {
    const route = routeOf(name);
    const path = route.path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(request.params?.[key] ?? ''));
    const query = Object.entries(request.query ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const search = query.length > 0 ? `?${new URLSearchParams(query).toString()}` : '';
    const headers: Record<string, string> = {};
    if (route.auth === 'bearer') headers['authorization'] = `Bearer ${this.accessToken}`;
    if (route.auth === 'cookie' && this.#cookie) headers['cookie'] = this.#cookie;
    if (request.body !== undefined) headers['content-type'] = 'application/json';
    const { response, text } = await this.#fetch(`${this.url}${path}${search}`, {
      method: route.method,
      headers,
      redirect: 'manual',
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    this.#keepCookie(response.headers.getSetCookie());
    if (response.status >= 400) throw refusal(name, response, text);
    const answer = route.answers[response.status];
    if (answer === undefined) throw new Error(`${name} answered ${response.status}, which the contract does not know`);
    if (answer === null) return undefined;
    return typeof answer === 'string' ? text : (answer satisfies z.ZodType).parse(JSON.parse(text));
  }

  async #fetch(url: string, init: RequestInit): Promise<{ response: Response; text: string }> {
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(this.timeoutMs) });
      return { response, text: await response.text() };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new NoAnswerError(`${init.method} ${url}: ${cause}`, true);
    }
  }

  #begin(answer: { user: User; accessToken: string; expiresIn: number }): void {
    this.user = answer.user;
    this.accessToken = answer.accessToken;
    this.expiresAtMs = performance.now() + answer.expiresIn * 1000;
  }

  #keepCookie(headers: readonly string[]): void {
    for (const header of headers) {
      const pair = header.split(';', 1)[0] ?? '';
      if (pair.startsWith(`${SESSION_COOKIE}=`) || pair.startsWith(`${SECURE_SESSION_COOKIE}=`)) this.#cookie = pair;
    }
  }
}

function refusal(name: string, response: Response, text: string): Error {
  const parsed = Problem.safeParse(parseJson(text));
  if (!parsed.success) return new Error(`${name} answered ${response.status} without a problem document: ${text.slice(0, 200)}`);
  const { code, detail, errors } = parsed.data;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ParleyError(code, {
    detail,
    ...(errors ? { errors } : {}),
    ...(Number.isFinite(retryAfter) ? { retryAfterMs: retryAfter * 1000 } : {}),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
