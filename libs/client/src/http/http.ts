import { ERRORS, ParleyError, type ErrorCode } from '@parley/contracts';
import { NoAnswerError } from '../no-answer-error.js';
import { routeOf, type AnswerOf, type RequestOf, type RouteName } from './routes.js';

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

const REQUEST_TIMEOUT_MS = 15_000;

interface Parts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * One call of the HTTP API: `callRoute(fetch, 'GET /api/chat/rooms/{id}', { params: { id } }, token)`.
 * @param token an access token, where the route asks for one
 * @throws ParleyError what the server refused; NoAnswerError when it did not answer; the reason of the signal
 */
export async function callRoute<N extends RouteName>(
  fetch: Fetch,
  name: N,
  request: RequestOf<N> | undefined,
  token?: string,
): Promise<AnswerOf<N>> {
  const route = routeOf(name);
  const { params, query, body, signal } = (request ?? {}) as Parts;
  const path = route.path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(params?.[key] ?? ''));
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);

  let response: Response;
  let text: string;
  try {
    response = await fetch(path + queryString(query), {
      method: route.method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new NoAnswerError(timeout.aborted ? 'timeout' : 'lost', error);
  }
  return readAnswer(name, response.status, text, response.headers.get('retry-after'));
}

/** @throws ParleyError what the server refused */
export function readAnswer<N extends RouteName>(name: N, status: number, text: string, retryAfter: string | null): AnswerOf<N> {
  if (status >= 400) throw errorOf(status, parseJson(text), retryAfter);
  const answer = routeOf(name).answers[status];
  if (answer === null) return undefined as AnswerOf<N>;
  if (typeof answer === 'string') return text as AnswerOf<N>;
  const parsed = answer?.safeParse(parseJson(text));
  if (parsed?.success) return parsed.data as AnswerOf<N>;
  // An edge or a captive portal answered in the server's place.
  throw new ParleyError('UNAVAILABLE', { cause: parsed?.error });
}

function queryString(query: Parts['query']): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) params.set(name, String(value));
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads a problem document loosely: what stands between us and the server may answer with anything. */
function errorOf(status: number, body: unknown, retryAfter: string | null): ParleyError {
  const problem = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const seconds = retryAfter === null ? Number.NaN : Number(retryAfter);
  return new ParleyError(isErrorCode(problem['code']) ? problem['code'] : codeOf(status), {
    ...(typeof problem['detail'] === 'string' ? { detail: problem['detail'] } : {}),
    ...(Array.isArray(problem['errors']) ? { errors: problem['errors'] as { path: string; message: string }[] } : {}),
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}),
  });
}

export const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERRORS, code);

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  if (status === 413) return 'TOO_LARGE';
  if (status === 429) return 'RATE_LIMITED';
  return status >= 500 ? 'UNAVAILABLE' : 'VALIDATION_FAILED';
}
