import { ERRORS, ParleyError, type ErrorCode } from '@parley/contracts';
import type { z } from 'zod';
import { NoAnswerError } from '../no-answer-error.js';

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export interface HttpRequest<S extends z.ZodType | undefined> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly token?: string;
  /** What the body of a success must look like; undefined where there is none. */
  readonly answer: S;
  readonly signal?: AbortSignal;
}

export type HttpAnswer<S extends z.ZodType | undefined> = S extends z.ZodType ? z.output<S> : undefined;

const REQUEST_TIMEOUT_MS = 15_000;

/**
 * One call of the HTTP API.
 * @throws ParleyError what the server refused; NoAnswerError when it did not answer.
 */
export async function callHttp<S extends z.ZodType | undefined>(fetch: Fetch, request: HttpRequest<S>): Promise<HttpAnswer<S>> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (request.token !== undefined) headers['authorization'] = `Bearer ${request.token}`;
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);

  let status: number;
  let retryAfter: string | null;
  let text: string;
  try {
    const response = await fetch(request.path + queryString(request.query), {
      method: request.method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    status = response.status;
    retryAfter = response.headers.get('retry-after');
    text = await response.text();
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new NoAnswerError(timeout.aborted ? 'timeout' : 'lost', error);
  }

  return readAnswer(status, text, retryAfter, request.answer);
}

/** @throws ParleyError what the server refused */
export function readAnswer<S extends z.ZodType | undefined>(
  status: number,
  text: string,
  retryAfter: string | null,
  answer: S,
): HttpAnswer<S> {
  const body = parseJson(text);
  if (status >= 400) throw errorOf(status, body, retryAfter);
  if (answer === undefined) return undefined as HttpAnswer<S>;
  const parsed = answer.safeParse(body);
  if (parsed.success) return parsed.data as HttpAnswer<S>;
  // An edge or a captive portal answered in the server's place.
  throw new ParleyError('UNAVAILABLE', { cause: parsed.error });
}

function queryString(query: HttpRequest<undefined>['query']): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined && value !== '') params.set(name, String(value));
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
