import type { HttpSession } from '@parley/testing';
import { expect } from 'vitest';

/** As it came. `body`: undefined when there is none, text when it is no JSON; its shape is held against the documents in any case. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Asks as `METHOD /path` of a line of the contract; nobody is a stranger without an account. */
export type Ask = (who: HttpSession | undefined, line: string, body?: unknown) => Promise<Answer>;

export const asking =
  (url: string): Ask =>
  async (who, line, body) => {
    const [method, path] = line.split(' ') as [string, string];
    const headers = {
      ...(who ? { authorization: `Bearer ${who.accessToken}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const init: RequestInit = { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await (who ? who.fetch(path, init) : fetch(url + path, init));
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: text === '' ? undefined : isJson ? JSON.parse(text) : text, headers: response.headers };
  };

/** A refusal, as problem document of the contract. */
export const refusal = (status: number, code: string) => ({
  status,
  body: expect.objectContaining({ status, code, requestId: expect.any(String) }) as unknown,
});
